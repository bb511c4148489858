"""The private plan: five lists behind a second passphrase.

What is stored
    One row for each account from its first day: a salt, what deriving a key costs, the version of the layout, and one blob of one size.
    The blob is sealed twice. Outside with the account's own key, as everything private: a stolen dump cannot even be guessed at without
    the server's keys. Inside with a key of the plan's own, which is wrapped by what Argon2id makes of the phrase, and by what it makes
    of a code, if one was printed. The operator can take the outer seal off and not the inner ones.

What cannot be told
    An account begins with a real plan: empty, and sealed with keys that were thrown away. So an unused plan, an empty one and a full one
    are the same to whoever has not the phrase, also to the operator. Nothing in a row ever changes but its blob; the salt stays, and the
    number by which two tabs are told apart is inside. The blob changes for everyone at each sign-in, when the outer seal is made anew:
    then two dumps do not show who has written in between, only who has signed in.

    A phrase is tried the same way in all cases: one derivation, two wraps. There is one page, which says "open it" and "start anew"
    whether or not there is anything; starting anew overwrites what may be there, asks for the sign-in passphrase, and says both before.
    The page itself does not know what it overwrites.

How it stays open
    Between requests the plan's key is in two halves, in the session and in a cookie (`accounts.vault.split_secret`), for five minutes
    from the last request. Leaving, signing out and locking destroy both. A new phrase gives the plan a new key, so what was open
    elsewhere is shut, and a code that was printed before opens nothing any more.

How it travels
    The JSON of an export has a plan in every file, behind the phrase alone, without the outer seal: the real one if it was open and that
    was ticked, else an empty one sealed with keys that were thrown away. One file does not show which; of two files from one account one
    can see whether both hold the same real plan, since its wraps are the same bytes. Whoever has a file can try phrases on it at their own
    pace, which the page says. Brought back, it takes the place of what is here, by the phrase alone, and keeps this row's salt.

Later
    A decoy phrase needs a second slot: layout version 2, with two sets of wraps and two bodies in every row. `open_with` is the one place
    that would choose between them.
"""
