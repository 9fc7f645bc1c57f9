"""Papers: records -> blocks of text, table and figure. No layout, no library: the printer is `export`."""
