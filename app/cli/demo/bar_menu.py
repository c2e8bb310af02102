"""The menu of Bar Luciérnaga, and what is ordered at its tables."""

from app.cli.demo.menus import Asked, Goods, Shelf
from app.cli.demo.ordering import Counter, Errand, Pick, Recent

# The kitchen closes at one, past midnight.
KITCHEN = {"until_min": 25 * 60}
SHELVES = (
    Shelf(
        "To drink",
        "From the bar, until the last song is over.",
        (
            Goods(
                "Red vermouth",
                "On tap, from Reus.",
                400,
                (Asked("With it", {"Orange": 0, "Olive": 0, "A splash of soda": 50}, 0, 3),),
            ),
            Goods("White vermouth", "Dry, with a leaf of sage.", 420),
            Goods("Caña", "A small beer, cold.", 260),
            Goods("Tinto de verano", "Red wine, lemon, ice.", 380),
            Goods("Lemonade with mint", "Made in the afternoon, gone by eleven.", 400),
            Goods(
                "A bottle of vermouth",
                "To take home, with our label.",
                1600,
                (Asked("Which", {"Red": 0, "White": 100}),),
                {"stock": 10, "most": 6},
            ),
        ),
    ),
    Shelf(
        "Small plates",
        "The kitchen closes at one.",
        (
            Goods(
                "Tortilla",
                "With onion, as it should be. For two.",
                750,
                (Asked("How?", {"Runny": 0, "Well done": 0}),),
                KITCHEN,
            ),
            Goods(
                "Six croquettes",
                "Crisp outside, nearly liquid inside.",
                950,
                (Asked("Which", {"Ham": 0, "Mushroom": 0, "Three of each": 0}),),
                KITCHEN,
            ),
            Goods(
                "Patatas bravas",
                "Hot, in both senses.",
                620,
                (Asked("Sauces", {"Brava": 0, "Aioli": 0}, 1, 2),),
                KITCHEN,
            ),
            Goods("Padrón peppers", "One in ten bites back.", 700, (), KITCHEN),
            Goods("Olives and pickles", "From a barrel, not from a tin.", 350),
            Goods("Three cheeses", "With quince jelly. Contains nuts.", 1400, (), KITCHEN | {"stock": 8}),
            Goods("Chocolate cake", "Inés's grandmother's.", 600, (), {"sold_out": True}),
        ),
    ),
)
TABLES = ("Table 1", "Table 2", "Window table", "Long table", "Corner booth", "Games room")
RULES = {
    "pickup": True,
    "at_table": True,
    "accepts_itself": False,
    "prepare_min": 10,
    "advance_days": 3,
    "tables": list(TABLES),
}
RED, WHITE = Pick("Red vermouth", ("Orange", "Olive"), 2), Pick("White vermouth")
BEERS, LEMONADE = Pick("Caña", (), 4), Pick("Lemonade with mint")
TORTILLA, CROQUETTES = Pick("Tortilla", ("Runny",)), Pick("Six croquettes", ("Three of each",))
BRAVAS, PEPPERS = Pick("Patatas bravas", ("Brava", "Aioli")), Pick("Padrón peppers")
OLIVES, CHEESE = Pick("Olives and pickles"), Pick("Three cheeses")
BOTTLE = Pick("A bottle of vermouth", ("Red",))
ERRANDS = (
    Errand((RED, OLIVES), to=TABLES[0]),
    Errand((RED, TORTILLA, PEPPERS), to=TABLES[2]),
    Errand((BEERS, CROQUETTES, BRAVAS), to=TABLES[3]),
    Errand((BEERS, BRAVAS, OLIVES), "One of us is allergic to nuts.", TABLES[4]),
    Errand((WHITE, LEMONADE, CHEESE), to=TABLES[1]),
    Errand((BEERS, OLIVES), to=TABLES[5]),
    Errand((Pick("Tinto de verano", (), 3), CROQUETTES), to=TABLES[4]),
    Errand((BOTTLE,)),
)
RECENT = (
    Recent(3, Errand((RED, CROQUETTES), to=TABLES[2])),
    Recent(8, Errand((BEERS, PEPPERS, OLIVES), to=TABLES[5]), ("accepted",)),
    Recent(
        14,
        Errand((RED, TORTILLA, BRAVAS), "A candle on the tortilla, please!", TABLES[3]),
        ("accepted", "preparing"),
    ),
    Recent(19, Errand((WHITE, CHEESE), to=TABLES[1]), ("accepted", "preparing", "ready")),
    Recent(34, Errand((LEMONADE, BRAVAS), to=TABLES[0]), ("accepted", "preparing")),
    Recent(
        95, Errand((Pick("A bottle of vermouth", ("Red",), 2),), "One as a present, please."), tomorrow=True
    ),
)
COUNTER = Counter(
    errands=ERRANDS,
    recent=RECENT,
    since=9,
    a_day=(2, 3, 4),
    shelf_is_filled={"A bottle of vermouth": 8},
    declined=("The kitchen is closed already, sorry.",),
    methods={"card": 0.72, "cash": 0.27},
)
