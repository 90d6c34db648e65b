"""Cuts off what is empty below a picture of a page, and keeps its few colours only: crop.py FILE"""

import sys

from PIL import Image, ImageChops


def crop(file):
    image = Image.open(file).convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    bottom = ImageChops.difference(image, empty).getbbox()[3]
    margin = 24
    image = image.crop((0, 0, image.width, min(bottom + margin, image.height)))
    image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    crop(sys.argv[1])
