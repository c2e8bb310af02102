"""What customers say of Tide Yoga."""

from app.cli.demo.reviewing import Opinion, Voices

MORNING, VINYASA, YIN, LESSON = "Morning flow", "Vinyasa", "Yin and restore", "Private lesson"
VOICES = Voices(
    {
        MORNING: (
            Opinion(5, "The only reason I get up before seven."),
            Opinion(5, "Gentle enough for my knee, and I still felt it the next day."),
            Opinion(4, "Lovely class. The bakery downstairs makes it hard to concentrate."),
        ),
        VINYASA: (
            Opinion(5, "Fast, funny, sweaty. Bring a towel, they are not joking."),
            Opinion(
                3,
                "Great teacher, but with twelve mats it is tight and I kicked somebody. Sorry again!",
                reply=(
                    "Thank you for coming! We have moved the wall bars, so there is a hand more between "
                    "the mats now."
                ),
            ),
            Opinion(5, "I was the only beginner and never felt like it."),
            Opinion(4, "Good flow, good music. Starts on the dot, so do not count on five minutes."),
            Opinion(5, "Best seventy-five minutes of my week."),
            Opinion(5, "Clear cues, even when you face the floor."),
        ),
        YIN: (
            Opinion(5, "Candles, blankets, silence. I slept like a stone."),
            Opinion(5, "Marcus never rushes anything. Neither do I any more."),
            Opinion(4, "Wonderful, though the radiator knocks."),
            Opinion(
                2,
                "Could not settle down because people came in late twice.",
                reply=(
                    "You are right. The door is closed when class begins now, as our house rules always said."
                ),
            ),
            Opinion(5, "Exactly what my back needed."),
        ),
        LESSON: (
            Opinion(5, "One hour, and I finally understand what my shoulders are supposed to do."),
            Opinion(4, "Very thorough. I would have liked the plan by mail as well as on paper."),
        ),
    },
    (
        (46, VINYASA, Opinion(5, "Came stiff, left longer. The sign on the door does not lie.")),
        (20, YIN, Opinion(4, "Calm and kind. I will be back on Sunday.")),
    ),
    share=0.1,
)
