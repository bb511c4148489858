"""Export, import and deletion of what an account has written (docs/security.md, R50, R51 and R60).

Export and import use the schema of each private model (`schema.register`), so a model with a schema is included automatically. Deletion
uses the models themselves: every private model belongs to an account and to an area.
"""
