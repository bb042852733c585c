"""Pictures and other files for tests, made where they are needed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from PIL import Image

#: The camera, the place, and "turned by a quarter": what a phone writes into its pictures.
MAKE, GPS, ORIENTATION = 0x010F, 0x8825, 0x0112


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 400), colour: str = "#2b6f6a", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def photograph(size: tuple[int, int] = (640, 400)) -> bytes:
    """A JPEG as a phone makes it, held upright: with its camera and its place in it."""
    image = Image.new("RGB", size, "#8a5a00")
    exif = image.getexif()
    exif[MAKE], exif[ORIENTATION] = "Nari's phone", 6
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"at home")
    return out.getvalue()


def moving(frames: int = 3, size: tuple[int, int] = (60, 40), kind: str = "GIF") -> bytes:
    images = [Image.new("RGB", size, (80 * number % 256, number % 251, 40)) for number in range(frames)]
    out = io.BytesIO()
    images[0].save(out, kind, save_all=True, append_images=images[1:], duration=120, comment=b"secret")
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("chat.log", "23:10 Gr**e")
    return out.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LOG = "23:10 Grüße wird zu Gr**e\n23:11 <b>so steht es da</b>\n".encode()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"
