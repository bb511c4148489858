"""The picture that an app reads its secret from."""

from urllib.parse import quote, urlencode

import qrcode


def address(name: str, secret: str) -> str:
    """What apps understand: under which neutral title they keep which secret."""
    return f"otpauth://totp/{quote(f'Even Keel:{name}')}?{urlencode({'secret': secret, 'issuer': 'Even Keel'}, quote_via=quote)}"


def drawing(text: str) -> dict[str, int | str]:
    """Width of the picture in squares, border included, and the path that fills the dark ones."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return {"size": len(rows), "path": "".join(dark)}
