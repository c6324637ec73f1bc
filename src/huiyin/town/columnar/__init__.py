"""The town straight into the lake's tables: columns from the cause model, no database, no events one by one."""
