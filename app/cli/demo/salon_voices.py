"""What customers say of Linden Studio."""

from app.cli.demo.reviewing import ORDERED, Opinion, Voices

# As the services are called.
HAIRCUT, BALAYAGE, ROOTS, CHILD = "Signature haircut", "Balayage and gloss", "Root touch-up", "Children's cut"
BEARD, SCALP, WEDDING, BRAIDS = "Beard sculpt", "Scalp renewal ritual", "Wedding styling", "Braiding evening"

_HAIRCUT = (
    Opinion(
        5,
        (
            "Went in with a photo and came out with something better. {who} looked at how my "
            "hair falls before touching the scissors."
        ),
    ),
    Opinion(4, "Good cut, friendly team. I waited ten minutes, but there was tea."),
    Opinion(
        5,
        "Seit Jahren endlich ein Schnitt, der auch nach sechs Wochen noch sitzt. Danke, {who}!",
        language="de",
    ),
    Opinion(5, "Quick, precise, no small talk when I said I was tired. Perfect."),
    Opinion(
        3,
        "The cut is fine, but I had asked for not too short at the back and it did get short at the back.",
        reply=(
            "Thank you for telling us, and sorry. Do come by when it has grown a little: we will "
            "shape the back for you, of course without charge."
        ),
    ),
    Opinion(5, "Third time here. {who} remembers what we did last time without looking it up."),
    Opinion(
        4, "Really happy with the cut. Four stars because finding a time on a Saturday takes some patience."
    ),
    Opinion(5, "Curly hair, and for once nobody reached for the straightener."),
    Opinion(5, "Booked on the train at eight, sat in the chair at ten."),
    Opinion(
        2,
        "I had said I must leave at quarter past. It was almost half past when I was done, without a finish.",
        person=3,
        reply=(
            "You are right, you had told us when you booked. We now keep such notes on the "
            "screen in front of the chair. I am sorry you had to run. Maya"
        ),
        instead=(
            4,
            (
                "Changed from two stars: they called me, and the finish was made up for the next "
                "day. That is how it should be."
            ),
        ),
    ),
    Opinion(5, "My dog slept under the chair the whole time. I got a great cut, he got a biscuit."),
    Opinion(4, "Sehr nett, sehr sauber. Die Musik war mir etwas zu laut.", language="de"),
    Opinion(
        5,
        (
            "Cut off thirty centimetres to donate. {who} measured three times before the first "
            "snip, which calmed me a lot."
        ),
    ),
    Opinion(5, "As always."),
    Opinion(4, "Nice shape, though I had to even out one side at home."),
    Opinion(5, "The best cut I have had since moving to Berlin, and I have tried a few."),
)
_BALAYAGE = (
    Opinion(
        5,
        "Three hours well spent. My hair is nearly black and I was afraid of orange. Not a trace of it.",
        reply=(
            "Dark hair needs time and two lighter coats instead of a strong one. I am so glad "
            "you like it! Maya"
        ),
    ),
    Opinion(5, "Natural, soft, and honest advice about what would not work on my hair."),
    Opinion(4, "Beautiful colour. It is not cheap, but you see where the money goes."),
    Opinion(5, "Even my mother noticed, and she never notices."),
    Opinion(
        3,
        "Lovely result, but it took forty minutes longer than planned and my parking ran out.",
        reply=(
            "We are sorry about that. Your hair took the colour slowly, and we did not want to "
            "hurry it. We should have told you earlier."
        ),
    ),
)
_ROOTS = (
    Opinion(5, "Every five weeks, and the tone is always exactly the same."),
    Opinion(5, "No burning, no smell, back to work after ninety minutes."),
    Opinion(4, "Good as ever. The chair by the window is a little cold in winter."),
    Opinion(5, "Ansatz perfekt getroffen, man sieht keinen Übergang.", language="de"),
)
_CHILD = (
    Opinion(5, "Our son (4) cried at two other hairdressers. Here he asked when he may come again."),
    Opinion(5, "{who} let our daughter hold the comb and count the snips. Genius."),
    Opinion(4, "Very patient. A few more picture books would help."),
    Opinion(5, "Done before the banana was eaten."),
    Opinion(5, "Wild twins, calm stylist."),
)
_BEARD = (
    Opinion(5, "The hot towel alone is worth it."),
    Opinion(5, "Best fade-and-beard in Kreuzberg. {who} has very steady hands."),
    Opinion(4, "Clean lines. The oil smells of cedar all day, so say so if you do not like that."),
    Opinion(5, "Came with a bush, left with a jaw."),
    Opinion(5, "On time to the minute, and cheaper than the fancy place round the corner."),
    Opinion(
        3,
        "Nice people, decent beard. A bit shorter than I said.",
        reply="Thanks for being frank. Next time we will show you the length on the side first.",
    ),
)
_SCALP = (
    Opinion(5, "I fell asleep. Twice."),
    Opinion(4, "Very relaxing, and the itching is gone. A warmer room would make it five stars."),
    Opinion(5, "A present from my wife, and now I want it every month."),
)
_BRAIDS = (
    Opinion(5, "Six beginners, one patient teacher, much laughter. I can do a Dutch braid now!"),
    Opinion(4, "Fun evening. Bring a friend, it is easier to practise on somebody."),
    Opinion(5, "My daughter wants no other hairstyle any more."),
)
_WEDDING = (
    Opinion(
        5,
        "It held through rain, tears and dancing until four in the morning.",
        reply="What a day that must have been! All the best to the two of you from all of us.",
    ),
)
_ORDERED = (
    Opinion(5, "Ordered at lunch, picked up after work. The refill costs less than at the chemist's."),
    Opinion(
        4,
        (
            "Brought by bicycle within the hour. One bottle was not screwed tight, so a few "
            "drops went into the bag."
        ),
        reply="Thank you for telling us. From now on there is tape round every lid.",
    ),
    Opinion(5, "The mask keeps my colour for weeks."),
    Opinion(5, "Beautifully wrapped, and they wrote the card by hand."),
)
RECENT = (
    (
        70,
        BALAYAGE,
        Opinion(
            5,
            (
                "Honey tones on brown hair, soft as promised. Ask {who} for the gloss afterwards, it "
                "makes all the difference."
            ),
            reply="That made our morning. See you in spring!",
        ),
    ),
    (52, CHILD, Opinion(5, "First haircut ever, a certificate and a curl in an envelope. We nearly cried.")),
    (
        44,
        HAIRCUT,
        Opinion(
            1,
            (
                "Never again!! They would not let my dog in because another one was there already. "
                "And the coffee was cold."
            ),
            reported=(
                "not_a_customer",
                (
                    "This visit was in the diary of another guest. We have never turned a dog away, and "
                    "nobody here remembers it."
                ),
            ),
        ),
    ),
    (
        33,
        ORDERED,
        Opinion(5, "The shampoo they use in the shop, in my own bottle. More shops should do that."),
    ),
    (
        26,
        BEARD,
        Opinion(
            5,
            (
                "Great as ever. I show what {who} does on my page, www.beards-of-berlin.example.com, "
                "have a look!"
            ),
        ),
    ),
    (9, HAIRCUT, Opinion(5, "In and out in forty minutes, and the fringe finally does what it should.")),
)
VOICES = Voices(
    {
        HAIRCUT: _HAIRCUT,
        BALAYAGE: _BALAYAGE,
        ROOTS: _ROOTS,
        CHILD: _CHILD,
        BEARD: _BEARD,
        SCALP: _SCALP,
        BRAIDS: _BRAIDS,
        WEDDING: _WEDDING,
        ORDERED: _ORDERED,
    },
    RECENT,
)
