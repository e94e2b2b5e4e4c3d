"""The history of the schema, run by `store.migrating` and by nothing else."""
