"""Money: payments, refunds, disputes, and the gateways through which they come."""
