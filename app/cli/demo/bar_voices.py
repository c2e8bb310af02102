"""What customers say of Bar Luciérnaga."""

from app.cli.demo.reviewing import ORDERED, Opinion, Voices

TWO, SIX, GAMES, TASTING, QUIZ = (
    "Table for two",
    "Table for six",
    "Games room",
    "Vermouth tasting",
    "Quiz night",
)
VOICES = Voices(
    {
        TWO: (
            Opinion(5, "Second date. There will be a third, and the croquettes are partly to blame."),
            Opinion(4, "Great vermouth, warm people. By midnight you have to shout."),
            Opinion(5, "La mejor tortilla del barrio, y el vermut de grifo, buenísimo.", language="es"),
            Opinion(
                3,
                "Nice place, but our table was still taken when we came.",
                reply=(
                    "Sorry for the wait! The birthday before you did not want to end. The next vermouth "
                    "is on us."
                ),
            ),
            Opinion(5, "Came for one glass, left at three."),
            Opinion(4, "Cosy, and the window table is worth booking early."),
        ),
        SIX: (
            Opinion(5, "Six of us, one long table, no hurry at all."),
            Opinion(4, "The patatas bravas are properly hot. Order two plates."),
            Opinion(
                2,
                "Loud, and the bill took half an hour.",
                reply=(
                    "That is too long, even on a Saturday. You can pay at the table now. Please give us "
                    "another try."
                ),
            ),
        ),
        GAMES: (
            Opinion(5, "Table football like in my village. Bring coins for the pinball."),
            Opinion(4, "One of the flippers sticks, which makes it fairer."),
            Opinion(5, "We lost four to one and had the best night of the trip."),
        ),
        TASTING: (Opinion(5, "Five glasses, five stories, one very happy walk home."),),
        QUIZ: (
            Opinion(5, "Diego is a merciless quiz master. We came last and won a lemon."),
            Opinion(4, "Good questions, too many about football."),
        ),
        ORDERED: (
            Opinion(
                5,
                (
                    "Ordered from the table with my phone, and the olives were there before the others "
                    "had chosen."
                ),
            ),
            Opinion(4, "Works well. I would like to split the bill there, too."),
        ),
    },
    (
        (40, SIX, Opinion(5, "They put a candle on the tortilla for my sister without being asked.")),
        (
            15,
            TWO,
            Opinion(4, "Small, dark, lovely. The kitchen closes at one, so do not start with the cake."),
        ),
    ),
    share=0.15,
)
