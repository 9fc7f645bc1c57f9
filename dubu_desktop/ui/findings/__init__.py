"""问题: the list of findings, one of them in detail, and the card by which new ones are entered."""
