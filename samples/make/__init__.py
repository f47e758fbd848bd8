"""The parts of samples/make.py: a workbook as a value, one writer for each file format, and the folders built with them."""
