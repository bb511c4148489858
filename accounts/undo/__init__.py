"""Every press answers, and what it did can be undone for ten minutes.

`changes`   what a press has changed, as a sealed text in the page: nothing of it is stored
`answers`   what the page says of it, in the place where it happened
`views`     the address that undoes it
"""
