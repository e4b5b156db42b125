"""Reads files with Pillow, all of their pixels, and says what they are."""

import json
import sys

from PIL import Image


def opened(path):
    try:
        with Image.open(path) as image:
            image.load()
            width, height = image.size
            return {"format": image.format.lower(), "width": width, "height": height}
    except Exception as error:
        return f"{type(error).__name__}: {error}"


json.dump([opened(path) for path in json.load(sys.stdin)], sys.stdout)
