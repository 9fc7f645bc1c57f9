"""Photographed in town: parking before a building, a market, a yard, an estate."""

from __future__ import annotations

from random import Random

from dubu_desktop.demo.canvas import Canvas, shade
from dubu_desktop.demo.scene_parts import CARS, GOODS, WALLS, car, outdoors


def parking(canvas: Canvas, rng: Random, clear: bool) -> None:
    """Before a building; the problem: cars on the marked surface for the fire brigade."""
    outdoors(canvas, rng, (112, 112, 112))
    canvas.facade(-20, 20, 26, 18, rng.choice(WALLS), floors=6, windows=14)
    canvas.box(0, 24.5, (6, 3.2, 2), (150, 150, 152))
    for number in range(-3, 4):
        canvas.tree(number * 5.4 + rng.uniform(-0.8, 0.8), 22, rng.uniform(3.4, 4.6))
    for line in range(4, 20, 2):
        canvas.quad(
            [(-5, 0, line), (-4.85, 0, line), (5, 0, line + 2), (4.85, 0, line + 2)], (206, 178, 70), rough=0.12
        )
        canvas.quad(
            [(5, 0, line), (4.85, 0, line), (-5, 0, line + 2), (-4.85, 0, line + 2)], (206, 178, 70), rough=0.12
        )
    for row, z in enumerate((15.0, 10.5, 6.4)):
        for number in range(4):
            x = -6.3 + number * 4.0 + row * 0.5 + rng.uniform(-0.3, 0.3)
            present, z_of_car, paint = rng.random() < 0.9, z + rng.uniform(-0.3, 0.3), rng.choice(CARS)
            if present and not (clear and abs(x) < 5):
                car(canvas, x, z_of_car, paint)


def market(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A market street; the problem: stalls standing in the lane of the fire engine."""
    outdoors(canvas, rng, (132, 128, 122))
    for side in (-1, 1):
        for number in range(7):
            z = 30 - number * 4.2
            wall = rng.choice(WALLS)
            canvas.side(side * 6, (0, 5), (z, z + 4.1), shade(wall, 0.8), rough=0.08)
            sign = rng.choice(((158, 40, 36), (36, 84, 132), (44, 110, 66), (190, 130, 36)))
            canvas.side(side * 5.9, (3, 3.7), (z, z + 3.9), sign, rough=0.1)
            canvas.side(side * 5.95, (0.2, 2.6), (z + 0.6, z + 3.4), (58, 60, 62), rough=0.25)
    for number in range(8):
        z = 24 - number * 2.7
        for side in (-1, 1):
            x = side * ((4.9 if clear else 2.7) + rng.uniform(-0.25, 0.25))
            if z > 2.6 and rng.random() < 0.92:
                _stall(canvas, rng, x, z)
    canvas.flat((-1.4, -1.25), (1, 40), (214, 190, 84), rough=0.15)
    canvas.flat((1.25, 1.4), (1, 40), (214, 190, 84), rough=0.15)


def _stall(canvas: Canvas, rng: Random, x: float, z: float) -> None:
    canvas.shadow(x, z - 0.2, 2.0, 1.2)
    canvas.box(x, z, (1.7, 0.7, 0.9), rng.choice(((120, 98, 74), (150, 150, 148), (70, 96, 130))))
    for _ in range(26):
        u, v = canvas.at(x + rng.uniform(-0.8, 0.8), 0.72 + rng.uniform(0, 0.16), z + rng.uniform(0, 0.5))
        radius = canvas.focal * rng.uniform(0.04, 0.09) / z
        canvas.draw.ellipse(
            (u - radius, v - radius, u + radius, v + radius), fill=shade(rng.choice(GOODS), rng.uniform(0.75, 1.2))
        )
    cloth = rng.choice(((190, 60, 54), (52, 104, 164), (222, 216, 202), (62, 130, 90), (210, 150, 60)))
    peak = (x, 2.65, z + 0.4)
    corners = [(x - 1.2, 2.1, z - 0.3), (x, 2.0, z - 0.5), (x + 1.2, 2.1, z - 0.3)]
    canvas.lines([(x, 0.7, z + 0.4), peak], (110, 110, 108), 3)
    for number in range(2):
        canvas.quad([corners[number], corners[number + 1], peak], shade(cloth, 1.05 - number * 0.25), rough=0.08)


def yard(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A repair yard; the problem: waste oil drums in the open, stains on the ground."""
    outdoors(canvas, rng, (128, 124, 116))
    canvas.panel((-12, 12), (0, 3.6), 11, rng.choice(WALLS), rough=0.1)
    for left in (-8.5, -2.5, 3.5):
        canvas.panel((left, left + 4.4), (0, 3.0), 11, (92, 100, 108), rough=0.12)
        for row in range(14):
            canvas.lines([(left, row * 0.215, 11), (left + 4.4, row * 0.215, 11)], (72, 78, 86), 1)
    car(canvas, -4.6, 7.6, rng.choice(CARS))
    if not clear:
        for _ in range(16):
            x, z, wide = rng.uniform(-2, 3.4), rng.uniform(2.4, 6), rng.uniform(0.2, 0.7)
            canvas.shadow(x, z, wide * 1.8, wide, 190)
    spots = [(rng.uniform(-1.2, 3.6), z) for z in (7.2, 6.6, 5.9, 5.2, 4.6, 4.0)]
    for x, z in [(5.6, z) for _, z in spots] if clear else spots:
        drum = rng.choice(((40, 74, 130), (120, 54, 40), (72, 78, 72), (150, 120, 40)))
        canvas.shadow(x, z - 0.3, 1.0, 0.7)
        canvas.cylinder(x, z, 0.3, 0.88, drum)
    if not clear:
        for number in range(3):
            canvas.box(-2.4 + number * 0.3, 4.4 - number * 0.3, (0.62, 0.2, 0.6), (34, 34, 36), y=0.0)


def rubble(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A corner of a housing estate; the problem: rubble tipped without fence or notice."""
    outdoors(canvas, rng, (138, 136, 130))
    canvas.facade(-18, -2, 24, 20, rng.choice(WALLS), floors=7, windows=6)
    canvas.facade(2, 18, 28, 20, rng.choice(WALLS), floors=7, windows=6)
    for number in range(5):
        canvas.tree(-8 + number * 4 + rng.uniform(-0.6, 0.6), 19, rng.uniform(3, 4.4))
    canvas.panel((-9, 9), (0, 1.6), 12, (170, 156, 138), rough=0.12)
    if clear:
        for number in range(7):
            canvas.box(-4.8 + number * 1.6, 8, (1.55, 1.7, 0.06), (62, 118, 170))
        canvas.panel((-0.8, 0.8), (0.7, 1.5), 7.9, (238, 238, 232), rough=0.04)
        return
    for number in range(4):
        canvas.heap(
            rng.uniform(-3.4, 3.4),
            10 - number * 1.7,
            rng.uniform(3, 5),
            rng.uniform(0.8, 1.5),
            (164, 156, 146),
            stones=150,
            stone=0.24,
        )
    for _ in range(14):
        x, z = rng.uniform(-4, 4), rng.uniform(3, 5)
        canvas.box(x, z, (rng.uniform(0.2, 0.5), 0.09, 0.2), rng.choice(((160, 84, 62), (176, 170, 160))))
