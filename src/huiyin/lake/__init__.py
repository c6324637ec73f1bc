"""The lake: what the database knows about matters, without words and persons, as Parquet files for counting."""
