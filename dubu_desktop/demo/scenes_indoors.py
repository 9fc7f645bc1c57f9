"""Photographed indoors: an escape passage, extinguishers, a duty room, a kitchen."""

from __future__ import annotations

from random import Random

from dubu_desktop.demo.canvas import Canvas, Colour, shade
from dubu_desktop.demo.scene_parts import GOODS, WALLS


def _interior(canvas: Canvas, half: float, far: float, high: float, wall: Colour, floor: Colour) -> None:
    near = 0.5
    canvas.flat((-half, half), (near, far), (226, 226, 222), rough=0.03, y=high)
    canvas.flat((-half, half), (near, far), floor, rough=0.16, tile=2)
    for side in (-half, half):
        canvas.side(side, (0, high), (near, far), shade(wall, 0.86), rough=0.06)
        canvas.side(side, (0, 1.0), (near, far), shade(wall, 0.7), rough=0.08)
    canvas.panel((-half, half), (0, high), far, wall, rough=0.06)
    step = 0.8
    for number in range(1, int(far / step)):
        canvas.lines([(-half, 0, number * step), (half, 0, number * step)], shade(floor, 0.82), 1)
    for number in range(-2, 3):
        canvas.lines([(half * number / 3, 0, near), (half * number / 3, 0, far)], shade(floor, 0.82), 1)
    for z in (2.2, 4.8, 7.4):
        if z < far:
            canvas.flat((-0.5, 0.5), (z, z + 0.3), (255, 253, 240), rough=0, y=high)


def corridor(canvas: Canvas, rng: Random, clear: bool) -> None:
    """An escape passage; the problem: boxes along it and a chained door."""
    half, far = 1.25, rng.uniform(8, 10)
    _interior(canvas, half, far, 2.7, rng.choice(WALLS), (150, 146, 138))
    door = (118, 44, 40) if rng.random() < 0.5 else (96, 104, 108)
    for left in (-0.85, 0.02):
        canvas.panel((left, left + 0.83), (0, 2.1), far, door, rough=0.08)
    canvas.panel((-0.35, 0.35), (2.25, 2.42), far, (40, 150, 86), rough=0.05)
    if clear:
        return
    canvas.box(0, far - 0.05, (0.5, 0.06, 0.05), (60, 60, 58), y=1.05)
    side = rng.choice((-1, 1))
    for number in range(9):
        z = far - 1 - number * rng.uniform(0.55, 0.75)
        if z < 1.9:
            break
        carton = shade(rng.choice(((178, 140, 96), (164, 126, 84), (196, 168, 128))), rng.uniform(0.85, 1.12))
        canvas.shadow(side * 0.75, z - 0.1, 1.2, 0.8)
        for level in range(rng.choice((2, 3, 3, 4))):
            size = (rng.uniform(0.62, 0.8), 0.4, 0.55)
            x = side * (half - size[0] / 2 - rng.uniform(0, 0.1))
            canvas.box(x, z, size, carton, y=level * 0.41)
            canvas.lines([(x, level * 0.41, z), (x, level * 0.41 + 0.4, z)], shade(carton, 1.3), 3)


def extinguishers(canvas: Canvas, rng: Random, clear: bool) -> None:
    """Extinguishers in a row against a wall; the problem: dust, needles in the red, rust."""
    far, canvas.eye = 2.6, 0.78
    _interior(canvas, 2.6, far, 2.7, rng.choice(WALLS), (138, 134, 128))
    canvas.box(0, far - 0.42, (3.3, 0.16, 0.4), (122, 126, 128))
    red = (188, 34, 28) if clear else (152, 46, 38)
    for number in range(8):
        x = -1.33 + number * 0.38 + rng.uniform(-0.03, 0.03)
        z = far - 0.25 - rng.uniform(0, 0.12)
        canvas.shadow(x, z - 0.05, 0.4, 0.25)
        canvas.cylinder(x, z, 0.085, 0.5, shade(red, rng.uniform(0.86, 1.12)))
        canvas.box(x, z, (0.05, 0.1, 0.05), (36, 36, 38), y=0.52)
        canvas.lines([(x, 0.58, z), (x + 0.1, 0.5, z), (x + 0.09, 0.2, z)], (24, 24, 26), 4)
        canvas.panel((x - 0.06, x + 0.05), (0.2, 0.36), z - 0.1, (222, 216, 196), rough=0.1)
        u, v = canvas.at(x, 0.55, z - 0.1)
        dial = canvas.focal * 0.022 / z
        canvas.draw.ellipse((u - dial, v - dial, u + dial, v + dial), fill=(240, 240, 236), outline=(30, 30, 30))
        needle = (-dial * 0.8, dial * 0.2) if not clear else (0.0, -dial * 0.8)
        canvas.draw.line(
            (u, v, u + needle[0], v + needle[1]), fill=(190, 20, 20) if not clear else (20, 120, 40), width=3
        )
    if not clear:
        for _ in range(26):
            x, z = rng.uniform(-1.6, 1.8), rng.uniform(1.3, 2.4)
            canvas.quad(
                [(x, 0, z), (x + 0.1, 0, z + 0.02), (x + 0.08, 0, z + 0.09), (x - 0.03, 0, z + 0.06)],
                (104, 98, 90),
                rough=0.3,
            )


def room(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A duty room or service hall; the problem: nobody there, papers left."""
    far = rng.uniform(4.2, 5.2)
    wall = rng.choice(WALLS)
    _interior(canvas, 2.7, far, 2.8, wall, (168, 156, 140))
    canvas.panel((-2.2, -0.7), (1.0, 2.2), far, (188, 206, 222), rough=0.1, tile=0)
    canvas.lines([(-1.45, 1.0, far), (-1.45, 2.2, far)], (236, 236, 232), 6)
    for number in range(3):
        x = 0.2 + number * 0.75
        canvas.panel((x, x + 0.55), (1.3, 2.05), far, (232, 228, 214), rough=0.05)
        for row in range(8):
            canvas.lines(
                [(x + 0.05, 1.38 + row * 0.08, far), (x + rng.uniform(0.3, 0.5), 1.38 + row * 0.08, far)],
                (130, 128, 124),
                2,
            )
    u, v = canvas.at(2.45, 2.35, far)
    canvas.draw.ellipse((u - 34, v - 34, u + 34, v + 34), fill=(246, 246, 242), outline=(60, 60, 60), width=4)
    canvas.draw.line((u, v, u + 4, v - 24), fill=(20, 20, 20), width=3)
    canvas.draw.line((u, v, u - 14, v - 8), fill=(20, 20, 20), width=4)
    desk = rng.choice(((132, 92, 58), (150, 116, 82), (188, 186, 180)))
    canvas.shadow(0.2, far - 1.9, 2.6, 1.0)
    canvas.box(0.55, far - 0.95, (0.55, 1.0, 0.12), (44, 48, 54), y=0.2)
    canvas.box(0.2, far - 1.8, (2.3, 0.76, 0.75), desk)
    canvas.box(-0.5, far - 1.45, (0.22, 0.08, 0.2), (52, 52, 56), y=0.76)
    canvas.box(0.35, far - 1.4, (0.6, 0.4, 0.06), (28, 30, 34), y=0.82)
    canvas.panel((0.07, 0.63), (0.86, 1.18), far - 1.41, (58, 84, 112), rough=0.15)
    for _ in range(2 if clear else 9):
        x, z = rng.uniform(-0.7, 1.1), rng.uniform(far - 1.72, far - 1.3)
        canvas.quad(
            [(x, 0.765, z), (x + 0.2, 0.765, z + 0.01), (x + 0.19, 0.765, z + 0.22), (x - 0.01, 0.765, z + 0.2)],
            (240, 238, 230),
            rough=0.03,
        )
    if not clear:
        canvas.box(-1.6, far - 1.6, (0.45, 0.45, 0.45), (70, 92, 120))


def canteen(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A canteen's kitchen; the problem: unlabelled samples, an alarm without power."""
    far = 3.6
    _interior(canvas, 2.4, far, 2.7, (222, 226, 226), (156, 150, 140))
    for row in range(9):
        canvas.lines([(-2.4, row * 0.3, far), (2.4, row * 0.3, far)], (196, 200, 200), 1)
    for column in range(17):
        canvas.lines([(-2.4 + column * 0.3, 0, far), (-2.4 + column * 0.3, 2.7, far)], (196, 200, 200), 1)
    canvas.box(-0.75, far - 0.75, (1.1, 1.9, 0.7), (206, 210, 212), rough=0.04)
    canvas.panel((-1.23, -0.27), (0.25, 1.75), far - 0.76, (112, 128, 134), rough=0.15, tile=0)
    for shelf in range(4):
        y = 0.32 + shelf * 0.36
        canvas.lines([(-1.21, y, far - 0.77), (-0.29, y, far - 0.77)], (220, 222, 222), 4)
        for number in range(5):
            x = -1.13 + number * 0.18
            canvas.panel((x, x + 0.13), (y, y + 0.14), far - 0.78, shade(rng.choice(GOODS), 0.95), rough=0.2)
            if clear or shelf > 1:
                canvas.panel((x + 0.02, x + 0.1), (y + 0.03, y + 0.09), far - 0.79, (248, 248, 244), rough=0)
    canvas.box(1.1, far - 0.9, (1.9, 0.82, 0.8), (188, 192, 194), rough=0.08)
    for number in range(3):
        canvas.cylinder(0.45 + number * 0.6, far - 0.6, 0.2, 0.28, (172, 176, 178), y=0.82)
    canvas.panel((0.3, 0.55), (2.0, 2.2), far, (240, 240, 236), rough=0.03)
    u, v = canvas.at(0.5, 2.15, far)
    canvas.draw.ellipse((u - 6, v - 6, u + 6, v + 6), fill=(40, 200, 70) if clear else (60, 60, 60))
