"""Customers of the demo: people who do not exist, with names as the towns they live in have them."""

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.customers.meeting import Contact

# Numbers that reach nobody, because their authorities keep them free for films: two digits or three follow.
FICTIONAL = {
    "de": ("+493023125{:03d}", 1000),
    "fr": ("+3363998{:04d}", 10_000),
    "gb": ("+447700900{:03d}", 1000),
    "us": ("+121255501{:02d}", 100),
}


@dataclass(frozen=True, slots=True)
class Names:
    """First names of women and men, and family names either has; each with its Latin letters behind a slash.

    `family_first` says which comes first; `joined` writes them without a space. A · stands for a space.
    """

    women: str
    men: str
    family: str
    family_first: bool = False
    joined: bool = False


GERMAN = Names(
    "Annika Britta Clara Edda Friederike Greta Helene Ida Jule Käthe Luise Marlene Nele Paula Romy Theresa Wiebke",
    "Anton Björn Carsten Daniel Emil Fabian Gregor Hannes Jörg Kilian Lukas Moritz Nils Ole Philipp Sören Tilman Uwe",
    "Albrecht Böhm Dressler Fuchs Großmann Hartwig Jäger Köhler Lindner Möller Neumann Pohl Rößler Schäfer Vogt",
)
TURKISH = Names(
    "Ayşe Çağla Gülşen Özlem Selin", "Emre Kerem Oğuz", "Aydın Çelik Doğan Güneş Koç Şahin Yıldız"
)
POLISH = Names("Agnieszka Małgorzata Zofia", "Łukasz Paweł", "Król Mazur Wójcik Wróbel Zając")
RUSSIAN = Names(
    "Анна/anna Екатерина/ekaterina Ольга/olga",
    "Дмитрий/dmitri Михаил/mikhail",
    "Мельник/melnik Черных/chernykh Шмидт/schmidt Ковальчук/kovalchuk",
)
UKRAINIAN = Names(
    "Олена/olena Соломія/solomiia", "Андрій/andrii", "Шевчук/shevchuk Коваленко/kovalenko Їжак/yizhak"
)
ARABIC = Names(
    "ليلى/layla نور/nour هدى/huda",
    "يوسف/youssef سامي/sami",
    "حداد/haddad الخطيب/khatib منصور/mansour زيدان/zidan",
)
VIETNAMESE = Names(
    "Thị·Mai Ngọc·Ánh Quỳnh·Như", "Văn·Đức Hữu·Phước", "Nguyễn Trần Lê Phạm Đặng Vũ", family_first=True
)
CHINESE = Names(
    "芳/fang 秀英/xiuying 娜/na 雨桐/yutong",
    "伟/wei 子轩/zixuan",
    "王/wang 李/li 陈/chen 刘/liu 赵/zhao",
    family_first=True,
    joined=True,
)
KOREAN = Names(
    "지우/jiwoo 서연/seoyeon", "민준/minjun", "김/kim 박/park 최/choi", family_first=True, joined=True
)
JAPANESE = Names(
    "結衣/yui 陽菜/hina", "蓮/ren", "佐藤/sato 田中/tanaka 山本/yamamoto", family_first=True, joined=True
)
HINDI = Names("अनन्या/ananya", "रोहन/rohan", "शर्मा/sharma मेहता/mehta")
HEBREW = Names("נועה/noa", "איתן/eitan", "לוי/levi פרידמן/friedman")
GREEK = Names("", "Νίκος/nikos Γιάννης/giannis", "Παππάς/pappas Γεωργίου/georgiou")
ENGLISH = Names(
    "Abigail Brianna Chloe Dana Esther Faith Grace Hazel Imani Joan Keisha Leah Maeve Nora Priya Ruth Sienna Tess Zoe",
    "Aaron Ben Caleb Dwight Ethan Felix Grant Hugo Isaac Jordan Kofi Liam Miles Owen Quentin Rafael Tyler Wesley",
    "Abrams Brooks Carter Delgado Ellison Foster Greene Hughes Ivers Jennings Kaplan Morris Okafor Reyes Whitfield",
)
SPANISH = Names(
    "Begoña Carmen Lucía Marta Núria Rocío Ximena Yolanda",
    "Álvaro Darío Íñigo Óscar Sergio",
    "Álvarez Benítez Cuesta Domínguez Fernández Gómez Ibáñez Jiménez León Muñoz Núñez Pérez Rodríguez Vázquez",
)
PORTUGUESE = Names("Inês Conceição", "João Gonçalo", "Magalhães Simões Araújo Leitão")
FRENCH = Names("Aurélie Chloé Océane", "Benoît Étienne", "Lefèvre Béranger D’Aubigny Maréchal")
SCANDINAVIAN = Names("Åsa Linnéa", "Bjørn Søren", "Ångström Lindqvist Ødegård Sørensen")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who may come; `is_man` because some services are for beards."""

    contact: Contact
    is_man: bool


class Guests:
    """Everybody who might come, each with an e-mail address and sometimes a number.

    Nobody comes again within so many days of `rest`.
    """

    def __init__(
        self, chance: random.Random, languages: Sequence[tuple[Names, int]], numbers: str, rest: int
    ) -> None:
        self._chance, self._numbers, self._rest = chance, numbers, timedelta(rest)
        self._new = [
            self._guest(*it) for names, share in languages for it in chance.sample(everybody(names), share)
        ]
        chance.shuffle(self._new)
        self._known: dict[str, tuple[Guest, date]] = {}

    def somebody(self, day: date, *, returning: float = 0.35, man: bool = False) -> Contact:
        """Who comes on a day, often enough one who was here before. The days only ever go on."""
        known = [
            it for it, last in self._known.values() if day - last > self._rest and (it.is_man or not man)
        ]
        new = [it for it in self._new if it.is_man or not man]
        if not new or (known and self._chance.random() < returning):
            guest = self._chance.choice(known or [it for it, _ in self._known.values()])
        else:
            guest = new[-1]
            self._new.remove(guest)
        self._known[guest.contact.name] = (guest, day)
        return guest.contact

    def _guest(self, name: str, latin: str, is_man: bool) -> Guest:
        shape, many = FICTIONAL[self._numbers]
        phone = shape.format(self._chance.randrange(many)) if self._chance.random() < 0.6 else None
        return Guest(Contact(name, f"{latin}@example.com", phone), is_man)


def everybody(names: Names) -> list[tuple[str, str, bool]]:
    """Each first name with each family name, as written and as in an e-mail address, and whether it is a man's."""
    found = []
    firsts = [(it, False) for it in names.women.split()] + [(it, True) for it in names.men.split()]
    for first, is_man in firsts:
        for family in names.family.split():
            parts = [first.partition("/"), family.partition("/")]
            latin = ".".join(plain(other or own) for own, _, other in parts)
            ordered = reversed(parts) if names.family_first else parts
            written = ("" if names.joined else " ").join(own.replace("·", " ") for own, _, _ in ordered)
            found.append((written, latin, is_man))
    return found


def plain(word: str) -> str:
    """A name in the letters of an e-mail address: Großmann → grossmann, Łukasz → lukasz, Thị·Mai → thimai."""
    word = word.lower()
    for letter, other in {"ß": "ss", "ł": "l", "ı": "i", "ø": "o", "đ": "d"}.items():
        word = word.replace(letter, other)
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", word))
