"""What businesses do for a living, and what each may start with: three services to change, and its usual hours."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SampleService:
    """A service to begin with: minutes, and whole euros that `app.businesses.countries` turns into other money."""

    name: LazyString
    description: LazyString
    minutes: int
    euros: int


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade: `icon` is a name of the sprite. Hours are minutes from midnight, past 1440 in the next day.

    `week` are those of a working day, `weekend` and `sunday` those of the two days of rest; none for closed.
    """

    key: str
    name: LazyString
    icon: str
    samples: tuple[SampleService, ...]
    week: Hours = ((540, 1080),)
    weekend: Hours = ((540, 840),)
    sunday: Hours = ()


TRADES = (
    Trade(
        "hair",
        _("Hairdresser"),
        "scissors",
        (
            SampleService(_("Haircut"), _("Consultation, wash, cut and finish"), 45, 45),
            SampleService(_("Colour"), _("Roots or full colour, with a gloss"), 120, 95),
            SampleService(_("Blow-dry"), _("Wash and style"), 30, 28),
        ),
    ),
    Trade(
        "barber",
        _("Barber"),
        "scissors",
        (
            SampleService(_("Haircut"), _("Clippers or scissors, washed and styled"), 30, 28),
            SampleService(_("Beard trim"), _("Shape, hot towel and oil"), 20, 18),
            SampleService(_("Haircut and beard"), _("Both in one visit"), 45, 42),
        ),
        week=((600, 1140),),
        weekend=((540, 960),),
    ),
    Trade(
        "beauty",
        _("Beauty salon"),
        "sparkles",
        (
            SampleService(_("Facial"), _("Cleansing, mask and care for your skin"), 60, 65),
            SampleService(_("Brows and lashes"), _("Shape and tint"), 30, 30),
            SampleService(_("Waxing"), _("Legs, arms or face"), 30, 32),
        ),
    ),
    Trade(
        "nails",
        _("Nail studio"),
        "hand",
        (
            SampleService(_("Manicure"), _("Shape, care and polish"), 45, 35),
            SampleService(_("Gel nails"), _("A new set, or a refill"), 90, 55),
            SampleService(_("Pedicure"), _("Foot bath, care and polish"), 60, 42),
        ),
        weekend=((540, 960),),
    ),
    Trade(
        "massage",
        _("Massage"),
        "hand-heart",
        (
            SampleService(_("Back massage"), _("Neck, shoulders and back"), 30, 40),
            SampleService(_("Full body massage"), _("An hour to let go"), 60, 70),
            SampleService(_("Deep tissue massage"), _("Firm, for tense muscles"), 60, 80),
        ),
    ),
    Trade(
        "spa",
        _("Spa"),
        "flower-2",
        (
            SampleService(_("Day spa"), _("Pool, sauna and a quiet room"), 180, 45),
            SampleService(_("Body treatment"), _("Scrub, wrap and oil"), 75, 90),
            SampleService(_("Spa for two"), _("Bath and massage side by side"), 120, 180),
        ),
        week=((600, 1200),),
        weekend=((600, 1200),),
        sunday=((600, 1080),),
    ),
    Trade(
        "fitness",
        _("Fitness and yoga"),
        "dumbbell",
        (
            SampleService(_("Personal training"), _("One to one, for your goal"), 60, 60),
            SampleService(_("Private yoga lesson"), _("At your own pace"), 60, 55),
            SampleService(_("First visit"), _("We get to know you and make a plan"), 30, 0),
        ),
        week=((420, 1260),),
        weekend=((540, 1080),),
        sunday=((540, 1080),),
    ),
    Trade(
        "physiotherapy",
        _("Physiotherapy"),
        "activity",
        (
            SampleService(_("First appointment"), _("Examination and a plan"), 45, 60),
            SampleService(_("Treatment"), _("Hands-on, with exercises for home"), 30, 40),
            SampleService(_("Sports massage"), _("For legs, back or shoulders"), 30, 38),
        ),
        week=((480, 1140),),
        weekend=(),
    ),
    Trade(
        "medical",
        _("Medical practice"),
        "stethoscope",
        (
            SampleService(_("Consultation"), _("Time for your question"), 20, 50),
            SampleService(_("Check-up"), _("The yearly look at everything"), 40, 90),
            SampleService(_("Vaccination"), _("Please bring your vaccination card"), 10, 25),
        ),
        week=((480, 720), (840, 1080)),
        weekend=(),
    ),
    Trade(
        "tutoring",
        _("Tutoring"),
        "graduation-cap",
        (
            SampleService(_("Lesson"), _("One to one, in any subject we teach"), 60, 35),
            SampleService(_("Double lesson"), _("For exams that come close"), 120, 65),
            SampleService(_("Trial lesson"), _("To see whether we suit each other"), 45, 0),
        ),
        week=((780, 1200),),
    ),
    Trade(
        "music",
        _("Music lessons"),
        "music",
        (
            SampleService(_("Lesson, 30 minutes"), _("For beginners and children"), 30, 25),
            SampleService(_("Lesson, 45 minutes"), _("One to one"), 45, 36),
            SampleService(_("Trial lesson"), _("Instruments are here to try"), 30, 10),
        ),
        week=((780, 1200),),
    ),
    Trade(
        "photography",
        _("Photography"),
        "camera",
        (
            SampleService(_("Portrait"), _("Five edited pictures"), 45, 120),
            SampleService(_("Family session"), _("Indoors or in the park"), 90, 220),
            SampleService(_("Passport photo"), _("Printed while you wait"), 15, 18),
        ),
    ),
    Trade(
        "garage",
        _("Garage"),
        "car",
        (
            SampleService(_("Oil change"), _("Oil and filter"), 45, 89),
            SampleService(_("Tyre change"), _("Four wheels, balanced"), 45, 60),
            SampleService(_("Inspection"), _("A look at everything, with a list"), 60, 75),
        ),
        week=((480, 1020),),
        weekend=((540, 780),),
    ),
    Trade(
        "pets",
        _("Pet care"),
        "paw-print",
        (
            SampleService(_("Bath and brush"), _("For short coats"), 45, 35),
            SampleService(_("Full grooming"), _("Bath, cut, claws and ears"), 90, 60),
            SampleService(_("Claw trimming"), _("Quick and calm"), 15, 12),
        ),
    ),
    Trade(
        "cleaning",
        _("Cleaning"),
        "brush-cleaning",
        (
            SampleService(_("Regular cleaning"), _("Kitchen, bath and floors"), 120, 60),
            SampleService(_("Deep cleaning"), _("Windows and cupboards too"), 240, 130),
            SampleService(_("Move-out cleaning"), _("Ready to hand over"), 300, 180),
        ),
        week=((480, 1020),),
        weekend=(),
    ),
    Trade(
        "consulting",
        _("Consulting"),
        "briefcase",
        (
            SampleService(_("First call"), _("Tell us what it is about"), 30, 0),
            SampleService(_("Consultation"), _("An hour for your question"), 60, 120),
            SampleService(_("Workshop"), _("Half a day with your team"), 240, 450),
        ),
        weekend=(),
    ),
    Trade(
        "cafe",
        _("Café or restaurant"),
        "coffee",
        (
            SampleService(_("Table for two"), _("Kept for two hours"), 120, 0),
            SampleService(_("Table for four"), _("Kept for two hours"), 120, 0),
            SampleService(_("Breakfast for two"), _("With everything, until noon"), 90, 32),
        ),
        week=((540, 1320),),
        weekend=((540, 1380),),
        sunday=((540, 1080),),
    ),
    Trade(
        "bar",
        _("Bar"),
        "wine",
        (
            SampleService(_("Table for two"), _("Kept for two hours"), 120, 0),
            SampleService(_("Table for six"), _("Kept for three hours"), 180, 0),
            SampleService(_("Tasting"), _("Five glasses and their stories"), 90, 38),
        ),
        week=((1080, 1500),),
        weekend=((1080, 1620),),
    ),
    Trade(
        "other",
        _("Something else"),
        "store",
        (
            SampleService(_("Short appointment"), _("Say here what you do"), 30, 30),
            SampleService(_("Appointment"), _("Say here what you do"), 60, 50),
            SampleService(_("First talk"), _("We get to know each other"), 20, 0),
        ),
    ),
)
_BY_KEY = {trade.key: trade for trade in TRADES}


def find_trade(key: str | None) -> Trade | None:
    """The trade with this key."""
    return _BY_KEY.get(key or "")
