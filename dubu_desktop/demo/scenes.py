"""What the demo's photographs show: scenes an inspector meets, each with and without the problem.

A scene paints onto a canvas; its last argument leaves the problem out, at the same place, for a photo taken after it
was put right. No person, no readable sign, no number plate is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from dubu_desktop.demo.canvas import Canvas
from dubu_desktop.demo.scenes_country import canal, house, river, site, works
from dubu_desktop.demo.scenes_indoors import canteen, corridor, extinguishers, room
from dubu_desktop.demo.scenes_streets import market, parking, rubble, yard

Scene = Callable[[Canvas, Random, bool], None]

SCENES: dict[str, Scene] = {
    "corridor": corridor,
    "extinguishers": extinguishers,
    "site": site,
    "canal": canal,
    "river": river,
    "room": room,
    "parking": parking,
    "market": market,
    "house": house,
    "yard": yard,
    "rubble": rubble,
    "works": works,
    "canteen": canteen,
}
