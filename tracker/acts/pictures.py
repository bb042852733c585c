"""Pictures are made anew before they are kept: without the place, the camera and whatever else their files carry."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from tracker.domain.attachments import FileKind
from tracker.domain.errors import N_, BadInput

#: A small file can unfold into gigabytes. So many pixels, all frames together, is what a camera makes, and some more.
PIXELS_MAX = 60_000_000
FRAMES_MAX = 400
#: The longest side of what stands in the timeline, for screens with two dots a pixel.
SMALL = 360
QUALITY = 88

_FORMATS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.GIF: "GIF", FileKind.WEBP: "WEBP"}

BROKEN = N_("“%(name)s” is damaged, or no picture at all, so it was left out.")
TOO_MANY_PIXELS = N_("“%(name)s” has too many pixels (%(width)s × %(height)s). Make it smaller, please.")


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture as it is kept, a small one of it (WebP; of a moving one its beginning), and the small one's size."""

    content: bytes
    small: bytes
    width: int
    height: int


def made_anew(content: bytes, kind: FileKind, name: str) -> Picture:
    """The same picture from its pixels alone, turned as its camera was held. Raises ``BadInput``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is asked first, below
            with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
                _check(image, name)
                return _made(image, kind)
    except BadInput:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise BadInput(BROKEN, field="files", name=name) from None


def _check(image: Image.Image, name: str) -> None:
    frames = getattr(image, "n_frames", 1)
    if image.width * image.height * frames > PIXELS_MAX or frames > FRAMES_MAX:
        raise BadInput(TOO_MANY_PIXELS, field="files", name=name, width=image.width, height=image.height)


def _made(image: Image.Image, kind: FileKind) -> Picture:
    small, (width, height) = _small(image)
    return Picture(_moving(image, kind) if getattr(image, "is_animated", False) else _still(image, kind), small,
                   width, height)  # fmt: skip


def _still(image: Image.Image, kind: FileKind) -> bytes:
    image.seek(0)
    plain = _without_extras(ImageOps.exif_transpose(image))
    out = io.BytesIO()
    if kind is FileKind.JPEG:
        plain = plain if plain.mode in ("L", "RGB") else plain.convert("RGB")
        plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    elif kind is FileKind.WEBP:
        plain.save(out, "WEBP", quality=QUALITY)
    else:
        plain.save(out, _FORMATS[kind], optimize=True)
    return out.getvalue()


def _without_extras(image: Image.Image) -> Image.Image:
    """Pixels, palette and transparency. Comments, EXIF, XMP and colour profiles stay behind."""
    image.load()
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    return image


def _moving(image: Image.Image, kind: FileKind) -> bytes:
    """All frames with their pace, and nothing else."""
    frames, paces = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        paces.append(int(image.info.get("duration", 100)))
        frame = image.convert("RGBA")
        frame.info = {}
        frames.append(frame)
    out = io.BytesIO()
    frames[0].save(
        out, _FORMATS[kind], save_all=True, append_images=frames[1:], duration=paces, loop=0,
        **({"disposal": 2} if kind is FileKind.GIF else {}),
    )  # fmt: skip
    return out.getvalue()


def _small(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    image.seek(0)
    small = ImageOps.exif_transpose(image.copy())
    small = small.convert("RGBA" if small.has_transparency_data else "RGB")
    small.thumbnail((SMALL, SMALL))
    small.info = {}
    out = io.BytesIO()
    small.save(out, "WEBP", quality=70)
    return out.getvalue(), small.size
