"""Writes Imagenette as the records that act-bench-vit trains on: one byte for the class, then 3 planes of 256 x 256 bytes.

    python3 scripts/imagenette-records.py imagenette2-320 .actbench/tasks/imagenette-256

The first folder is the unpacked archive, with `train` and `val` and a folder a class in each; needs Pillow. Pictures are
scaled so that their short side has 256 pixels and cut in the middle; training pictures are put in random order.
"""
import os
import random
import sys

from PIL import Image

SIZE = 256


def main(source, target):
    os.makedirs(target, exist_ok=True)
    for split in ("train", "val"):
        folder = os.path.join(source, split)
        classes = sorted(os.listdir(folder))
        if len(classes) != 10:
            sys.exit(f"{folder}: expected 10 folders, found {len(classes)}")
        pictures = [
            (label, os.path.join(folder, name, file))
            for label, name in enumerate(classes)
            for file in sorted(os.listdir(os.path.join(folder, name)))
        ]
        random.Random(0).shuffle(pictures)
        path = os.path.join(target, f"{split}.bin")
        # Renamed at the end: a file of that name is always whole.
        with open(path + ".part", "wb") as out:
            for label, picture in pictures:
                out.write(bytes([label]))
                for plane in read(picture).split():
                    out.write(plane.tobytes())
        os.replace(path + ".part", path)
        print(f"{path}: {len(pictures)} pictures")


def read(path):
    picture = Image.open(path).convert("RGB")
    scale = SIZE / min(picture.size)
    width, height = (max(SIZE, round(side * scale)) for side in picture.size)
    left, top = (width - SIZE) // 2, (height - SIZE) // 2
    return picture.resize((width, height), Image.BICUBIC).crop((left, top, left + SIZE, top + SIZE))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
