"""The private plan: five lists behind a second passphrase.

What is stored
    One row for each account from its first day: a salt, the cost parameters of the key derivation, the version of the layout, and one blob
    of fixed size. The blob is sealed twice. The outer seal uses the account's own key, so no one can try passphrases on a stolen dump
    without the server's keys. The inner seal uses the plan's own key, which is wrapped with a key that Argon2id derives from the
    passphrase, and with another from a code, if one was printed. The operator can remove the outer seal but not the inner ones.

What cannot be told
    An account begins with a real plan: empty, and sealed with keys that were thrown away. So an unused plan, an empty one and a full one
    look the same without the passphrase, also to the operator. Only the blob of a row ever changes: the salt stays, and the version that
    distinguishes two tabs is inside the blob. The blob changes for everyone who signs in, because the outer seal is then renewed. So two
    dumps show who has signed in between them, but not who has written.

    A passphrase is tried the same way in all cases: one derivation, two wraps. One page offers to open the plan or to start again, whether
    or not there is anything in it. Starting again overwrites what may be there and asks for the sign-in passphrase; the page says both
    first. It does not know itself what it overwrites.

How it stays open
    Between requests the plan's key is in two halves, in the session and in a cookie (`accounts.vault.split_secret`), for five minutes
    from the last request. Leaving, signing out and locking destroy both. A new passphrase gives the plan a new key, so a plan
    that is open elsewhere locks, and an earlier printed code no longer works.

Export and import
    Every JSON export contains a plan, locked with the passphrase only, without the outer seal: the real one if it was open and was ticked,
    else an empty one sealed with discarded keys. One file does not show which. Two files from one account show whether both contain the
    same real plan, because the wraps are the same bytes. A person who has a file can try passphrases on it without limit; the page says
    so. An imported plan replaces the present one. It needs its passphrase only, and the row keeps its salt.

Later
    A decoy phrase needs a second slot: layout version 2, with two sets of wraps and two bodies in every row. `open_with` is the one place
    that would choose between them.
"""
