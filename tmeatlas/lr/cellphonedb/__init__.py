"""CellPhoneDB's three methods, number for number, on bare arrays and tables."""
