"""Reads pairs of files and says for each whether Pillow shows the same in both: every frame, its time,
and the colour profile. Neither decodes: no frames and no difference."""

import json
import sys

from PIL import Image, ImageSequence

Image.MAX_IMAGE_PIXELS = None


def frames(path):
    with Image.open(path) as image:
        profile = image.info.get("icc_profile")
        # Of several pictures in one JPEG the first is the one that is shown.
        one = image.format in ("JPEG", "MPO")
        shown = [image] if one else ImageSequence.Iterator(image)
        for frame in shown:
            time = frame.info.get("duration")
            pixels = frame.convert("RGBA") if frame.mode == "P" else frame
            yield pixels.mode, pixels.size, time, profile, pixels.tobytes()


def attempt(path):
    try:
        return list(frames(path)), None
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def compare(before, after):
    (old, old_error), (new, new_error) = attempt(before), attempt(after)
    if old is None and new is None:
        return {"frames": None}
    if old is None or new is None:
        return {"differs": f"before {old_error}, after {new_error}"}
    if len(old) != len(new):
        return {"differs": f"{len(old)} frames, then {len(new)}"}
    parts = ("mode", "size", "time", "profile", "pixels")
    for number, (one, other) in enumerate(zip(old, new)):
        for part, a, b in zip(parts, one, other):
            if a != b:
                return {"differs": f"the {part} of frame {number}"}
    return {"frames": len(old)}


json.dump([compare(before, after) for before, after in json.load(sys.stdin)], sys.stdout)
