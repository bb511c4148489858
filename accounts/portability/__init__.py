"""Everything out, and everything in again (docs/security.md, R50, R51 and R60).

It walks over all private models, so that a new one goes along by itself. What a model says of its fields stands in `PrivateModel`.
"""
