"""Colours and pieces that several scenes of the demo share."""

from __future__ import annotations

from random import Random

from dubu_desktop.demo.canvas import Canvas, Colour, shade

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((104, 142, 186), (206, 218, 226)),
    ((142, 160, 178), (214, 216, 214)),
    ((88, 128, 180), (226, 222, 208)),
)
WALLS: tuple[Colour, ...] = ((206, 198, 182), (186, 178, 166), (214, 208, 200), (176, 160, 142), (196, 202, 202))
GOODS: tuple[Colour, ...] = (
    (176, 60, 48), (214, 150, 60), (96, 128, 62), (200, 186, 92), (150, 92, 110), (226, 224, 214),
)  # fmt: skip
CARS: tuple[Colour, ...] = (
    (232, 232, 232), (42, 44, 48), (120, 124, 130), (134, 34, 34), (40, 62, 104), (182, 174, 160),
)  # fmt: skip


def outdoors(canvas: Canvas, rng: Random, ground: Colour) -> None:
    """A sky and a ground."""
    canvas.sky(*rng.choice(SKIES))
    canvas.ground(ground)


def car(canvas: Canvas, x: float, z: float, paint: Colour) -> None:
    """A parked car seen from the front."""
    canvas.shadow(x, z - 0.2, 2.2, 2.6, 170)
    for side in (-0.75, 0.75):
        canvas.box(x + side, z + 0.05, (0.22, 0.55, 0.4), (24, 24, 26))
    canvas.box(x, z, (1.8, 0.62, 3.6), paint, y=0.3, rough=0.05)
    glass = [(x - 0.66, 0.92, z + 0.9), (x + 0.66, 0.92, z + 0.9), (x + 0.52, 1.42, z + 1.5), (x - 0.52, 1.42, z + 1.5)]
    canvas.box(x, z + 1.2, (1.3, 0.5, 1.6), shade(paint, 0.95), y=0.92, rough=0.05)
    canvas.quad(glass, (66, 78, 88), rough=0.25, tile=0)
    for side in (-0.62, 0.62):
        canvas.quad(
            [
                (x + side - 0.17, 0.62, z - 0.01),
                (x + side + 0.17, 0.62, z - 0.01),
                (x + side + 0.15, 0.78, z - 0.01),
                (x + side - 0.15, 0.78, z - 0.01),
            ],
            (238, 236, 220),
            rough=0.05,
        )
    canvas.panel((x - 0.4, x + 0.4), (0.42, 0.6), z - 0.01, (34, 34, 36), rough=0.1)
