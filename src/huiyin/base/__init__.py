"""What every room stands on: identifiers, codes, encryption, transactions."""
