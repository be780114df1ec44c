"""Receipts and credit notes as readers get them: words frozen when they are issued, a page, a PDF, a letter.

The PDF is made when it is asked for, of what was frozen, and is the same to the byte each time. Its fonts lie in
`fonts/`: nothing is fetched or looked for on the machine.
"""
