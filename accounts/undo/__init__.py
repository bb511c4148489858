"""Every press on a button gets an answer and can be undone for ten minutes.

`changes`   what was changed, as sealed text in the page; none of it is stored
`answers`   what the page says about it, where it happened
`views`     the address that undoes it
"""
