"""Photographed outside: building sites, water, a village house."""

from __future__ import annotations

from random import Random

from dubu_desktop.demo.canvas import Canvas, shade
from dubu_desktop.demo.scene_parts import outdoors


def site(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A building site; the problem: bare soil and dust, no netting."""
    outdoors(canvas, rng, (150, 128, 100))
    for number in range(2):
        left = -14 + number * 17 + rng.uniform(-2, 2)
        canvas.facade(left, left + 12, 34, 17, (168, 164, 156), floors=6, windows=6)
        for level in range(7):
            canvas.lines([(left - 0.5, level * 2.8, 33.5), (left + 12.5, level * 2.8, 33.5)], (84, 96, 84), 2)
    mast = rng.uniform(-3, 6)
    canvas.lines([(mast, 0, 30), (mast, 26, 30)], (196, 150, 40), 5)
    canvas.lines([(mast - 7, 24, 30), (mast + 16, 24, 30)], (196, 150, 40), 4)
    canvas.lines([(mast - 7, 24, 30), (mast, 26, 30), (mast + 16, 24, 30)], (150, 116, 40), 1)
    for number in range(14):
        x = -16 + number * 2.5
        canvas.panel((x, x + 2.42), (0, 2.0), 18, (74, 116, 158), rough=0.07)
    for track in (-0.9, 0.9):
        canvas.quad(
            [(track - 0.2, 0, 2), (track + 0.2, 0, 2), (track * 1.6 + 0.2, 0, 12), (track * 1.6 - 0.2, 0, 12)],
            (122, 104, 82),
            rough=0.25,
            tile=2,
        )
    for number in range(4):
        x, z = rng.uniform(-5, 5), 13 - number * 2.6
        cover = (58, 112, 66) if clear else (158, 124, 86)
        canvas.heap(x, z, rng.uniform(4, 7), rng.uniform(0.9, 1.7), cover, stones=12 if clear else 120, stone=0.12)
    if not clear:
        canvas.haze((196, 180, 156), 0.4)


def canal(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A canal between banks; the problem: rubble tipped on the slope."""
    outdoors(canvas, rng, (112, 122, 84))
    for number in range(9):
        canvas.tree(-9 + number * 2.4 + rng.uniform(-0.6, 0.6), 24 + rng.uniform(0, 6), rng.uniform(4.5, 7))
    canvas.flat((-2.6, 1.6), (1.2, 60), (92, 108, 100), rough=0.22, tile=0, y=-0.6)
    for near, low, high in ((1, 1.6, 3.4), (-1, -2.6, -4.4)):
        canvas.quad(
            [(low, -0.6, 1.2), (high, 0.1, 1.2), (high, 0.1, 60), (low, -0.6, 60)], (164, 160, 150), rough=0.14, tile=2
        )
        for z in range(2, 40, 2):
            canvas.lines([(low, -0.6, z), (high, 0.1, z)], (132, 128, 120), 1)
        canvas.lines([(high + near * 0.2, 0.1, 1.2), (high + near * 0.2, 0.1, 60)], (150, 146, 138), 3)
    if not clear:
        for number in range(3):
            canvas.heap(
                2.7 + rng.uniform(-0.3, 0.5),
                9 - number * 2.2,
                rng.uniform(2.2, 3.2),
                rng.uniform(0.6, 1.0),
                (176, 170, 160),
                stones=130,
                stone=0.2,
            )


def river(canvas: Canvas, rng: Random, clear: bool) -> None:
    """Under a bridge; the problem: sewage, black water and a running outlet."""
    outdoors(canvas, rng, (104, 116, 78))
    water = (96, 116, 108) if clear else (44, 44, 38)
    canvas.quad([(-7, -0.4, 0.9), (3.4, -0.4, 0.9), (8, -0.4, 40), (-16, -0.4, 40)], water, rough=0.3, tile=0)
    for _ in range(60):
        x, z = rng.uniform(-5, 4), rng.uniform(2, 20)
        canvas.quad(
            [(x, -0.4, z), (x + rng.uniform(0.4, 1.6), -0.4, z), (x + 0.8, -0.4, z + 0.06)],
            shade(water, rng.uniform(1.05, 1.4)),
            rough=0,
        )
    canvas.box(0, 12, (60, 0.9, 7), (158, 154, 146), y=3.4)
    for x in (-6.5, 6.0):
        canvas.box(x, 12.5, (1.2, 3.8, 1.2), (146, 142, 134), y=-0.4)
    for number in range(40):
        canvas.lines([(-20 + number, 4.3, 12), (-20 + number, 5.1, 12)], (176, 172, 164), 3)
    canvas.lines([(-20, 5.1, 12), (20, 5.1, 12)], (184, 180, 172), 5)
    canvas.quad([(2.2, -0.4, 3), (5, 0.9, 3), (9, 1.4, 14), (6, -0.4, 14)], (138, 132, 118), rough=0.25, tile=2)
    u, v = canvas.at(3.4, 0.25, 5)
    size = canvas.focal * 0.3 / 5
    canvas.draw.ellipse((u - size, v - size, u + size, v + size), fill=(34, 32, 30), outline=(150, 146, 140), width=8)
    if not clear:
        canvas.quad([(3.2, 0.1, 4.9), (3.6, 0.1, 4.9), (3.2, -0.4, 4.2), (2.2, -0.4, 4.4)], (74, 72, 60), rough=0.3)
        for _ in range(50):
            x, z = rng.uniform(-2, 3), rng.uniform(2.2, 6)
            foam = rng.uniform(0.03, 0.14)
            canvas.quad(
                [(x, -0.4, z), (x + foam, -0.4, z), (x + foam, -0.4, z + foam), (x, -0.4, z + foam / 2)],
                (196, 194, 180),
                rough=0.1,
            )


def house(canvas: Canvas, rng: Random, clear: bool) -> None:
    """An old village house; the problem: cracks, a sagging roof, still lived in."""
    outdoors(canvas, rng, (142, 126, 100))
    for number in range(6):
        canvas.tree(-10 + number * 4 + rng.uniform(-1, 1), 18 + rng.uniform(0, 4), rng.uniform(5, 7))
    z, brick = 7.5, rng.choice(((150, 92, 72), (138, 104, 84), (164, 150, 128)))
    canvas.panel((-5, 5), (0, 3.0), z, brick, rough=0.16, tile=2)
    for row in range(22):
        canvas.lines([(-5, row * 0.136, z), (5, row * 0.136, z)], shade(brick, 0.8), 1)
    sag = 0.0 if clear else 0.35
    canvas.quad(
        [(-5.5, 2.9, z - 0.4), (5.5, 2.9, z - 0.4), (4.6, 4.6, z + 2), (0.4, 4.6 - sag, z + 2), (-4.6, 4.6, z + 2)],
        (96, 84, 78),
        rough=0.2,
        tile=2,
    )
    for number in range(26):
        x = -5.3 + number * 0.42
        canvas.lines([(x, 2.9, z - 0.4), (x * 0.86, 4.55 - sag * (1 - abs(x) / 6), z + 2)], (72, 62, 58), 2)
    canvas.panel((-0.6, 0.6), (0, 2.1), z, (84, 66, 52), rough=0.15)
    for left in (-3.6, 2.1):
        canvas.panel((left, left + 1.5), (1.0, 2.1), z, (70, 80, 86), rough=0.25, tile=0)
        for bar in range(6):
            canvas.lines([(left + bar * 0.3, 1.0, z), (left + bar * 0.3, 2.1, z)], (150, 146, 138), 3)
    if clear:
        canvas.box(3.2, 6, (2.4, 1.1, 0.1), (200, 160, 40))
        return
    for start in (-4.4, -1.3, 1.4, 4.2):
        x, y, points = start, 2.95, []
        while y > 0.6:
            points.append((x, y, z - 0.01))
            x, y = x + rng.uniform(-0.16, 0.2), y - rng.uniform(0.1, 0.3)
        canvas.lines(points, (40, 30, 26), rng.choice((4, 6, 8)))
    for number in range(3):
        canvas.box(-2.8 + number * 0.5, 5.6 + number * 0.3, (0.4, 0.3, 0.3), (120, 120, 124))


def works(canvas: Canvas, rng: Random, clear: bool) -> None:
    """A project's pipe trench; the problem: pipes lying about, nobody at work."""
    outdoors(canvas, rng, (146, 122, 92))
    canvas.facade(-24, 24, 60, 9, (188, 192, 196), floors=1, windows=16)
    canvas.quad(
        [(-1.6, -0.01, 2.2), (1.0, -0.01, 2.2), (0.6, -0.01, 40), (-0.8, -0.01, 40)], (74, 58, 44), rough=0.25, tile=2
    )
    canvas.quad(
        [(-1.6, 0, 2.2), (-1.25, -0.5, 2.6), (-0.7, -0.5, 40), (-0.8, 0, 40)], (112, 88, 64), rough=0.25, tile=2
    )
    for number in range(6):
        canvas.heap(
            -4.2 + rng.uniform(-0.4, 0.4),
            20 - number * 2.8,
            4,
            rng.uniform(0.9, 1.4),
            (134, 106, 76),
            stones=60,
            stone=0.12,
        )
    if clear:
        canvas.quad(
            [(-1.6, 0.01, 2.2), (1.0, 0.01, 2.2), (0.6, 0.01, 40), (-0.8, 0.01, 40)], (150, 128, 98), rough=0.15, tile=2
        )
    else:
        for number in range(9):
            x, z = 3.4 + rng.uniform(-0.9, 1.6), 16 - number * 1.4
            canvas.shadow(x, z - 0.2, 2.6, 0.8)
            canvas.box(x, z, (2.4, 0.55, 0.55), (150, 152, 150))
            u, v = canvas.at(x - 1.2, 0.28, z)
            size = canvas.focal * 0.26 / z
            canvas.draw.ellipse(
                (u - size * 0.5, v - size, u + size * 0.5, v + size),
                fill=(44, 42, 40),
                outline=(178, 178, 174),
                width=3,
            )
    x, z = rng.uniform(4.5, 6.5), 21.0
    canvas.box(x, z, (2.6, 0.8, 3), (40, 40, 40))
    canvas.box(x, z + 0.2, (2.3, 1.4, 2.2), (214, 160, 34), y=0.8)
    canvas.lines([(x - 1, 2, z), (x - 3, 4.6, z), (x - 4.6, 2.4, z), (x - 4.8, 1.4, z)], (206, 152, 32), 11)
