"""Blocks -> docx, records -> xlsx, docx -> PDF -> page pictures. The only room that writes Office files."""
