"""The days of the roadmap for a calendar of one's own, as a file and as a feed with a secret address.

Anyone who sees that calendar sees the entries: on a lock screen, on a shared device, at the service that fetches the feed. So they have
neutral words of ours, none of the person's, and no address of this site.

The address of a feed is a token: the account, and 192 random bits. Only a hash is stored. The address is shown once, after asking for the
passphrase, and opens nothing but these entries.
"""
