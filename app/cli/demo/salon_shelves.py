"""What stands on the shelves of Linden Studio, and what its customers take home."""

from app.cli.demo.menus import Asked, Goods, Shelf
from app.cli.demo.ordering import Counter, Errand, Pick, Recent
from app.orders.delivering import Address

SIZE = Asked("Size", {"Refill, 250 ml": 0, "Bottle, 250 ml": 200, "Bottle, 500 ml": 1300})
CARE, GIFTS = "Care for at home", "Gifts"
SHELVES = (
    Shelf(
        CARE,
        "What we use ourselves. Ready in twenty minutes, or brought by bicycle.",
        (
            Goods("Lime blossom shampoo", "Mild, for every day. Bring your empty bottle.", 1290, (SIZE,)),
            Goods("Lime blossom conditioner", "Light enough for fine hair.", 1390, (SIZE,)),
            Goods(
                "Colour mask",
                "Once a week, ten minutes. Keeps a gloss for a month longer.",
                2400,
                (Asked("Tone", {"Clear": 0, "Warm brown": 200, "Cool blonde": 200}),),
                {"stock": 9, "most": 3},
            ),
            Goods(
                "Apricot kernel oil",
                "Two drops for dry ends. 50 ml, without perfume.",
                1950,
                (),
                {"stock": 3},
            ),
            Goods("Sea salt spray", "For waves that look as if you had been away. 150 ml.", 1600),
            Goods(
                "Beard oil",
                "Softens within a week. 30 ml.",
                1750,
                (Asked("Scent", {"Cedar": 0, "Bergamot": 0, "None at all": 0}),),
                {"stock": 12},
            ),
            Goods(
                "Pear wood brush", "Made in the Ore Mountains, one at a time.", 3200, (), {"sold_out": True}
            ),
        ),
    ),
    Shelf(
        GIFTS,
        "Packed by hand, so please give us an hour.",
        (
            Goods(
                "Gift set Lime blossom",
                "Shampoo, conditioner and a linen towel in a box.",
                4400,
                (Asked("Extras", {"Ribbon and paper": 250, "A card with your words": 150}, 0, 2),),
                {"stock": 6, "prepare_min": 60},
            ),
            Goods(
                "Gift set Beard",
                "Oil, comb and soap in a cotton bag.",
                3900,
                (Asked("Extras", {"Ribbon and paper": 250, "A card with your words": 150}, 0, 2),),
                {"stock": 4, "prepare_min": 60},
            ),
        ),
    ),
)
RULES = {
    "pickup": True,
    "delivery": True,
    "prepare_min": 20,
    "way_min": 45,
    "advance_days": 14,
    "postcodes": ["10961", "10963", "10965", "10967", "10969"],
    "delivery_least_cents": 2500,
    "delivery_fee_cents": 390,
    "delivery_free_cents": 6000,
}
SHAMPOO = Pick("Lime blossom shampoo", ("Refill, 250 ml",))
BIG_SHAMPOO = Pick("Lime blossom shampoo", ("Bottle, 500 ml",))
CONDITIONER = Pick("Lime blossom conditioner", ("Bottle, 250 ml",))
SPRAY, OIL = Pick("Sea salt spray"), Pick("Apricot kernel oil")
CLEAR, WARM = Pick("Colour mask", ("Clear",)), Pick("Colour mask", ("Warm brown",))
CEDAR = Pick("Beard oil", ("Cedar",))
PRESENT = Pick("Gift set Lime blossom", ("Ribbon and paper",))
ERRANDS = (
    Errand((SHAMPOO,)),
    Errand((BIG_SHAMPOO, CONDITIONER)),
    Errand((CONDITIONER,), "I have the appointment at four and take it along then."),
    Errand((WARM,)),
    Errand((CLEAR, SHAMPOO)),
    Errand((CEDAR,)),
    Errand((Pick("Beard oil", ("None at all",), 2),)),
    Errand((SPRAY,)),
    Errand((SPRAY, SHAMPOO), "My husband picks it up."),
    Errand((OIL, CONDITIONER), to=Address("Gneisenaustraße 61", "10961", "Berlin")),
    Errand(
        (BIG_SHAMPOO, WARM),
        "Please ring at “Böhm”, 3rd floor.",
        Address("Fidicinstraße 9", "10965", "Berlin"),
    ),
    Errand(
        (Pick("Lime blossom shampoo", ("Bottle, 500 ml",), 3),),
        to=Address("Graefestraße 22", "10967", "Berlin"),
    ),
    Errand((PRESENT,)),
    Errand((Pick("Gift set Beard", ("A card with your words",), 1, "For the best dad in Kreuzberg"),)),
)
RECENT = (
    Recent(4, Errand((BIG_SHAMPOO, CLEAR), "Could you put in a sample of the conditioner?")),
    Recent(
        11,
        Errand(
            (PRESENT, SPRAY),
            "It is a present: no bill in the parcel, please.",
            Address("Solmsstraße 30", "10961", "Berlin"),
        ),
        tomorrow=True,
    ),
    Recent(16, Errand((CEDAR, SHAMPOO)), ("accepted",)),
    Recent(
        29,
        Errand(
            (WARM, CONDITIONER), "Second yard, ground floor.", Address("Arndtstraße 18", "10965", "Berlin")
        ),
        ("accepted", "preparing"),
    ),
    Recent(
        75,
        Errand(
            (
                Pick(
                    "Gift set Lime blossom",
                    ("Ribbon and paper", "A card with your words"),
                    1,
                    "Dear Oma, see you on Sunday!",
                ),
            )
        ),
        ("accepted", "preparing", "ready"),
    ),
    Recent(50, Errand((OIL, SHAMPOO)), ("accepted", "preparing"), while_open=True),
    Recent(140, Errand((SPRAY,)), ("given_up",)),
    Recent(
        190,
        Errand((Pick("Colour mask", ("Cool blonde",), 2),)),
        ("declined",),
        reason="Cool blonde comes back next week, sorry!",
    ),
    Recent(230, Errand((SHAMPOO, CEDAR)), ("accepted", "ready", "fulfilled"), while_open=True),
    Recent(60 * 26, Errand((Pick("Gift set Beard"),)), ("accepted", "ready", "fulfilled"), while_open=True),
)
DELIVERED = {
    "Colour mask": 7,
    "Apricot kernel oil": 3,
    "Beard oil": 12,
    "Gift set Lime blossom": 5,
    "Gift set Beard": 4,
}
COUNTER = Counter(
    errands=ERRANDS,
    recent=RECENT,
    since=26,
    a_day=(0, 1, 1, 1, 2),
    shelf_is_filled=DELIVERED,
    declined=(
        "We have run out of that one, sorry.",
        "We are closed that day, sorry. Please order again for the day after.",
    ),
    forgotten="Nobody has picked it up for days, so we put it back on the shelf.",
)
