"""The days of the roadmap for a calendar of one's own, as a file and as a feed with a secret address.

Whoever sees that calendar sees the entries: on a lock screen, on a shared device, at the service that fetches the feed. So they have
neutral words of ours, none of the person's, and no address of this site.

The address of a feed is a token: which account, and 192 random bits. Stored is a hash. It is shown once, asks for the passphrase before,
and opens nothing but these entries.
"""
