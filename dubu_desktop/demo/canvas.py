"""A small painter in one-point perspective: solids on a ground, textured and lit, enough to look like a photograph.

World coordinates are metres: x to the right, y up, z away from the camera, which stands at (0, `eye`, 0) and looks
along z. Everything is drawn at `WIDTH` pixels or less; photos.py enlarges it and adds the camera's own noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageOps

Colour = tuple[int, int, int]
Point = tuple[float, float]
Point3 = tuple[float, float, float]
#: From, to.
Span = tuple[float, float]

#: Pixels of the longer side while drawing.
WIDTH = 1600
_NEAR = 0.4
_GRAIN = 512


def shade(colour: Colour, factor: float) -> Colour:
    """The colour, lighter (factor > 1) or darker."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def grain(rng: Random, cells: int) -> Image.Image:
    """A tile of soft irregularity (mode L), the largest patches being 1/`cells` of it."""
    tile = Image.new("L", (_GRAIN, _GRAIN), 128)
    for octave in range(4):
        side = min(_GRAIN, cells * 2**octave)
        layer = Image.frombytes("L", (side, side), rng.randbytes(side * side)).resize(
            (_GRAIN, _GRAIN), Image.Resampling.BICUBIC
        )
        tile = Image.blend(tile, layer, 0.5 if octave == 0 else 0.38)
    return ImageOps.autocontrast(tile, cutoff=1)


class Canvas:
    """One picture being painted, far things first."""

    def __init__(self, width: int, height: int, rng: Random, *, eye: float = 1.55, horizon: float = 0.46) -> None:
        """`horizon`: its height as a part of the picture's, counted from the top."""
        self.width, self.height, self.rng, self.eye = width, height, rng, eye
        self.horizon = horizon * height
        self.focal = 0.86 * max(width, height)
        self.image = Image.new("RGB", (width, height))
        self.draw = ImageDraw.Draw(self.image)
        # Textures and loose stones have sources of their own, so that before and after agree in all that stays.
        self._texture_rng, self._stone_rng = Random(rng.random()), Random(rng.random())
        self._grains = [grain(rng, cells) for cells in (5, 24, 120)]

    def at(self, x: float, y: float, z: float) -> Point:
        """Where a point of the world is in the picture."""
        z = max(z, _NEAR)
        return self.width / 2 + self.focal * x / z, self.horizon - self.focal * (y - self.eye) / z

    def sky(self, top: Colour, bottom: Colour) -> None:
        """A sky with thin clouds down to the horizon."""
        ramp = Image.linear_gradient("L").resize((self.width, max(1, int(self.horizon) + 2)))
        sky = ImageOps.colorize(ramp, top, bottom)
        cover = self.rng.choice((0.1, 0.5, 0.9))
        part = self._grains[0].crop((0, 0, _GRAIN * 2 // 3, _GRAIN // 3))
        clouds = part.resize(sky.size, Image.Resampling.BICUBIC).point(
            [round(max(0, v - 110) * cover) for v in range(256)]
        )
        sky.paste((244, 246, 248), (0, 0), clouds)
        self.image.paste(sky, (0, 0))

    def polygon(self, points: Sequence[Point], colour: Colour, *, rough: float = 0.12, tile: int = 1) -> None:
        """A flat shape; `rough` is how much its texture differs from the colour, `tile` 0 coarse, 1 medium, 2 fine."""
        left, top = int(min(p[0] for p in points)), int(min(p[1] for p in points))
        right, bottom = int(max(p[0] for p in points)) + 1, int(max(p[1] for p in points)) + 1
        box = max(0, left), max(0, top), min(self.width, right), min(self.height, bottom)
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        if rough <= 0 or (box[2] - box[0]) * (box[3] - box[1]) < 900:
            self.draw.polygon(points, fill=colour)
            return
        size = box[2] - box[0], box[3] - box[1]
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in points], fill=255)
        texture = self._texture(size, tile)
        layer = ImageOps.colorize(texture, shade(colour, 1 - rough), shade(colour, 1 + rough))
        self.image.paste(layer, box[:2], mask)

    def _texture(self, size: tuple[int, int], tile: int) -> Image.Image:
        side = _GRAIN * 3 // 4
        left, top = (self._texture_rng.randrange(_GRAIN - side) for _ in range(2))
        part = self._grains[tile].crop((left, top, left + side, top + side))
        return part.resize(size, Image.Resampling.BILINEAR)

    def quad(self, corners: Sequence[Point3], colour: Colour, *, rough: float = 0.12, tile: int = 1) -> None:
        """A flat shape of the world."""
        self.polygon([self.at(*corner) for corner in corners], colour, rough=rough, tile=tile)

    def panel(self, x: Span, y: Span, z: float, colour: Colour, *, rough: float = 0.12, tile: int = 1) -> None:
        """A rectangle facing the camera."""
        self.quad([(x[0], y[0], z), (x[1], y[0], z), (x[1], y[1], z), (x[0], y[1], z)], colour, rough=rough, tile=tile)

    def flat(self, x: Span, z: Span, colour: Colour, *, y: float = 0.0, rough: float = 0.12, tile: int = 1) -> None:
        """A rectangle lying at height `y`."""
        self.quad([(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])], colour, rough=rough, tile=tile)

    def side(self, x: float, y: Span, z: Span, colour: Colour, *, rough: float = 0.12, tile: int = 1) -> None:
        """A rectangle along the line of sight, such as the wall of a corridor."""
        self.quad([(x, y[0], z[0]), (x, y[1], z[0]), (x, y[1], z[1]), (x, y[0], z[1])], colour, rough=rough, tile=tile)

    def ground(self, colour: Colour, *, rough: float = 0.15, y: float = 0.0) -> None:
        """The ground to the horizon, its texture drawn finer with distance."""
        self.polygon(
            [(0, self.horizon), (self.width, self.horizon), (self.width, self.height), (0, self.height)],
            colour,
            rough=rough * 0.6,
        )
        for near, far, tile in ((0.9, 4.0, 2), (4.0, 12.0, 2), (12.0, 90.0, 1)):
            wide = far * 2
            strip = [(-wide, y, far), (wide, y, far), (wide, y, near), (-wide, y, near)]
            self.quad(strip, shade(colour, 1 - 0.02 * near / 12), rough=rough, tile=tile)

    def box(self, x: float, z: float, size: Point3, colour: Colour, *, y: float = 0.0, rough: float = 0.1) -> None:
        """A block standing at `x` (its middle) and `z` (its front), of width, height and depth `size`."""
        wide, high, deep = size
        left, right, back = x - wide / 2, x + wide / 2, z + deep
        if y + high < self.eye:
            top = [(left, y + high, z), (right, y + high, z), (right, y + high, back), (left, y + high, back)]
            self.quad(top, shade(colour, 1.18), rough=rough)
        if left > 0 or right < 0:
            edge = left if left > 0 else right
            self.quad(
                [(edge, y, z), (edge, y + high, z), (edge, y + high, back), (edge, y, back)],
                shade(colour, 0.68),
                rough=rough,
            )
        self.quad([(left, y, z), (right, y, z), (right, y + high, z), (left, y + high, z)], colour, rough=rough)

    def shadow(self, x: float, z: float, wide: float, deep: float, strength: int = 110) -> None:
        """A soft shadow on the ground."""
        (left, top), (right, bottom) = self.at(x - wide / 2, 0, z + deep), self.at(x + wide / 2, 0, z)
        edge = 10
        box = int(left) - 2 * edge, int(top) - edge, int(right) + 2 * edge, int(bottom) + 2 * edge
        if box[2] - box[0] < 4 or box[3] - box[1] < 4 or box[0] > self.width or box[2] < 0:
            return
        small = max(2, (box[2] - box[0]) // 4), max(2, (box[3] - box[1]) // 4)
        mask = Image.new("L", small)
        ImageDraw.Draw(mask).ellipse(
            (small[0] // 10, small[1] // 6, small[0] - small[0] // 10, small[1] - small[1] // 6), fill=strength
        )
        mask = mask.filter(ImageFilter.GaussianBlur(3)).resize((box[2] - box[0], box[3] - box[1]))
        self.image.paste((18, 18, 20), box[:2], mask)

    def cylinder(self, x: float, z: float, radius: float, high: float, colour: Colour, *, y: float = 0.0) -> None:
        """An upright drum, lit from the left."""
        (left, bottom), (right, top) = self.at(x - radius, y, z), self.at(x + radius, y + high, z)
        steps = 28
        for step in range(steps):
            light = 0.55 + 0.75 * (1 - abs(step / steps - 0.32) * 1.35)
            part = left + (right - left) * step / steps, left + (right - left) * (step + 1) / steps + 1
            sag = (right - left) * 0.10
            self.draw.rectangle(
                (part[0], top, part[1], bottom + sag * (1 - (step / steps * 2 - 0.93) ** 2) ** 0.5),
                fill=shade(colour, light),
            )
        lid = (right - left) * 0.13
        self.draw.ellipse((left, top - lid, right, top + lid), fill=shade(colour, 1.1), outline=shade(colour, 0.6))

    def heap(
        self, x: float, z: float, wide: float, high: float, colour: Colour, *, stones: int = 90, stone: float = 0.16
    ) -> None:
        """A heap of rubble or soil; `stones` loose pieces of up to `stone` metres on it."""
        rng = self.rng
        self.shadow(x, z - 0.2, wide * 1.1, 1.2)
        ridge = [
            (x - wide / 2 + wide * n / 12, high * (1 - abs(n / 6 - 1) ** 1.7) * rng.uniform(0.82, 1.12), z)
            for n in range(13)
        ]
        self.quad([*ridge, (x + wide / 2, 0, z - 0.2), (x - wide / 2, 0, z - 0.2)], colour, rough=0.3, tile=2)
        rng = self._stone_rng
        for _ in range(stones):
            across = rng.uniform(-0.48, 0.48)
            level = rng.random() * high * (1 - abs(across * 2) ** 1.7)
            middle = (x + across * wide, level, z - 0.15)
            size = stone * rng.uniform(0.25, 1)
            corners = [
                (middle[0] + size * rng.uniform(0.5, 1) * dx, middle[1] + size * rng.uniform(0.4, 0.9) * dy, middle[2])
                for dx, dy in ((-1, -0.6), (-0.4, 0.8), (0.6, 0.9), (1, -0.2), (0.3, -0.9))
            ]
            self.quad(corners, shade(colour, rng.uniform(0.6, 1.45)), rough=0.18, tile=2)

    def facade(
        self, left: float, right: float, z: float, high: float, colour: Colour, *, floors: int, windows: int
    ) -> None:
        """The front of a building with rows of windows."""
        self.quad([(left, 0, z), (right, 0, z), (right, high, z), (left, high, z)], colour, rough=0.07)
        storey, bay = high / floors, (right - left) / windows
        for floor in range(floors):
            for number in range(windows):
                x, y = left + bay * (number + 0.2), storey * (floor + 0.28)
                glass = shade((92, 112, 128), self.rng.uniform(0.55, 1.25))
                corners = [
                    (x, y, z),
                    (x + bay * 0.6, y, z),
                    (x + bay * 0.6, y + storey * 0.5, z),
                    (x, y + storey * 0.5, z),
                ]
                self.quad(corners, glass, rough=0.2, tile=0)
                self.draw.line(
                    [*(self.at(*corner) for corner in corners), self.at(*corners[0])], fill=shade(colour, 1.25), width=2
                )

    def tree(self, x: float, z: float, high: float) -> None:
        """A tree in leaf."""
        rng = self.rng
        self.box(x, z, (0.22, high * 0.45, 0.2), (84, 66, 50))
        for _ in range(70):
            middle = self.at(x + rng.gauss(0, high * 0.16), high * rng.uniform(0.42, 1.0), z)
            radius = self.focal * high * rng.uniform(0.03, 0.09) / z
            leaf = shade((58, 92, 44), rng.uniform(0.6, 1.35))
            self.draw.ellipse(
                (middle[0] - radius, middle[1] - radius * 0.8, middle[0] + radius, middle[1] + radius * 0.8), fill=leaf
            )

    def haze(self, colour: Colour, strength: float) -> None:
        """Dust in the air, thickest at the horizon."""
        ramp = Image.linear_gradient("L").resize((self.width, int(self.height * 0.3)))
        veil = Image.new("L", (self.width, self.height))
        middle = int(self.horizon)
        veil.paste(ramp, (0, middle - ramp.height))
        veil.paste(ImageOps.flip(ramp).resize((self.width, int(self.height * 0.2))), (0, middle))
        self.image.paste(colour, (0, 0), veil.point([round(v * strength) for v in range(256)]))

    def lines(self, points: Sequence[Point3], colour: Colour, width: int = 2) -> None:
        """A line through points of the world."""
        self.draw.line([self.at(*point) for point in points], fill=colour, width=width, joint="curve")
