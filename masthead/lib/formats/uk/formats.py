"""Without the abbreviated "year", whose full stop would stand before a sentence's own."""

DATE_FORMAT = "j E Y"
DATETIME_FORMAT = "j E Y, H:i"
