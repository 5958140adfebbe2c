"""Regions and countries under CDEK's own codes, as its answers name them."""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """A country's name in the three languages of CDEK's answers."""

    rus: str
    eng: str
    zho: str


class Region(NamedTuple):
    """A region: `code` is CDEK's own number."""

    code: int
    country_code: str
    name: str
    time_zone: str


COUNTRIES = {
    "BY": Country("Беларусь", "Belarus", "白俄罗斯"),
    "EE": Country("Эстония", "Estonia", "爱沙尼亚"),
    "ES": Country("Испания", "Spain", "西班牙"),
    "FI": Country("Финляндия", "Finland", "芬兰"),
    "GI": Country("Гибралтар", "Gibraltar", "直布罗陀"),
    "HR": Country("Хорватия", "Croatia", "克罗地亚"),
    "IT": Country("Италия", "Italy", "意大利"),
    "KG": Country("Киргизия", "Kyrgyzstan", "吉尔吉斯斯坦"),
    "KZ": Country("Казахстан", "Kazakhstan", "哈萨克斯坦"),
    "LU": Country("Люксембург", "Luxembourg", "卢森堡"),
    "LV": Country("Латвия", "Latvia", "拉脱维亚"),
    "PT": Country("Португалия", "Portugal", "葡萄牙"),
    "RO": Country("Румыния", "Romania", "罗马尼亚"),
    "RS": Country("Сербия", "Serbia", "塞尔维亚"),
    "RU": Country("Россия", "Russia", "俄罗斯"),
    "SG": Country("Сингапур", "Singapore", "新加坡"),
}
_REGIONS = (
    (1, "RU", "Республика Коми", "Europe/Moscow"),
    (2, "RU", "Алтайский край", "Asia/Barnaul"),
    (3, "RU", "Челябинская область", "Asia/Yekaterinburg"),
    (4, "RU", "Иркутская область", "Asia/Irkutsk"),
    (5, "RU", "Оренбургская область", "Asia/Yekaterinburg"),
    (6, "RU", "Ямало-Ненецкий автономный округ", "Asia/Yekaterinburg"),
    (7, "RU", "Краснодарский край", "Europe/Moscow"),
    (8, "RU", "Ивановская область", "Europe/Moscow"),
    (9, "RU", "Московская область", "Europe/Moscow"),
    (10, "RU", "Республика Саха (Якутия)", "Asia/Yakutsk"),
    (11, "RU", "Ханты-Мансийский автономный округ - Югра", "Asia/Yekaterinburg"),
    (12, "RU", "Республика Бурятия", "Asia/Irkutsk"),
    (13, "RU", "Красноярский край", "Asia/Krasnoyarsk"),
    (14, "RU", "Хабаровский край", "Asia/Vladivostok"),
    (15, "RU", "Омская область", "Asia/Omsk"),
    (16, "RU", "Белгородская область", "Europe/Moscow"),
    (17, "RU", "Владимирская область", "Europe/Moscow"),
    (18, "RU", "Приморский край", "Asia/Vladivostok"),
    (19, "RU", "Ставропольский край", "Europe/Moscow"),
    (20, "RU", "Сахалинская область", "Asia/Sakhalin"),
    (21, "RU", "Дагестан", "Europe/Moscow"),
    (22, "RU", "Пермский край", "Asia/Yekaterinburg"),
    (23, "RU", "Новосибирская область", "Asia/Novosibirsk"),
    (24, "RU", "Свердловская область", "Asia/Yekaterinburg"),
    (25, "RU", "Республика Алтай", "Asia/Barnaul"),
    (26, "RU", "Ленинградская область", "Europe/Moscow"),
    (27, "RU", "Башкортостан", "Asia/Yekaterinburg"),
    (28, "RU", "Курганская область", "Asia/Yekaterinburg"),
    (29, "RU", "Брянская область", "Europe/Moscow"),
    (30, "RU", "Псковская область", "Europe/Moscow"),
    (31, "RU", "Новгородская область", "Europe/Moscow"),
    (32, "RU", "Марий Эл", "Europe/Moscow"),
    (33, "RU", "Калужская область", "Europe/Moscow"),
    (34, "RU", "Астраханская область", "Europe/Astrakhan"),
    (35, "RU", "Ярославская область", "Europe/Moscow"),
    (36, "RU", "Орловская область", "Europe/Moscow"),
    (37, "RU", "Тульская область", "Europe/Moscow"),
    (38, "RU", "Калининградская область", "Europe/Kaliningrad"),
    (39, "RU", "Татарстан", "Europe/Moscow"),
    (40, "RU", "Волгоградская область", "Europe/Volgograd"),
    (41, "RU", "Рязанская область", "Europe/Moscow"),
    (42, "RU", "Костромская область", "Europe/Moscow"),
    (43, "RU", "Мурманская область", "Europe/Moscow"),
    (44, "RU", "Кировская область", "Europe/Kirov"),
    (45, "RU", "Ростовская область", "Europe/Moscow"),
    (46, "RU", "Калмыкия", "Europe/Moscow"),
    (47, "RU", "Саратовская область", "Europe/Saratov"),
    (48, "RU", "Удмуртия", "Europe/Samara"),
    (49, "RU", "Забайкальский край", "Asia/Chita"),
    (50, "RU", "Тверская область", "Europe/Moscow"),
    (51, "RU", "Вологодская область", "Europe/Moscow"),
    (52, "RU", "Тюменская область", "Asia/Yekaterinburg"),
    (53, "RU", "Томская область", "Asia/Tomsk"),
    (54, "RU", "Кемеровская область", "Asia/Novokuznetsk"),
    (55, "RU", "Камчатский край", "Asia/Kamchatka"),
    (56, "RU", "Амурская область", "Asia/Yakutsk"),
    (57, "RU", "Самарская область", "Europe/Samara"),
    (58, "RU", "Тамбовская область", "Europe/Moscow"),
    (59, "RU", "Магаданская область", "Asia/Magadan"),
    (60, "RU", "Липецкая область", "Europe/Moscow"),
    (61, "RU", "Адыгея", "Europe/Moscow"),
    (62, "RU", "Курская область", "Europe/Moscow"),
    (63, "RU", "Воронежская область", "Europe/Moscow"),
    (64, "RU", "Чувашия", "Europe/Moscow"),
    (65, "RU", "Смоленская область", "Europe/Moscow"),
    (66, "RU", "Архангельская область", "Europe/Moscow"),
    (67, "RU", "Нижегородская область", "Europe/Moscow"),
    (68, "RU", "Мордовия", "Europe/Moscow"),
    (69, "RU", "Пензенская область", "Europe/Moscow"),
    (70, "RU", "Ульяновская область", "Europe/Ulyanovsk"),
    (71, "RU", "Чеченская Республика", "Europe/Moscow"),
    (72, "RU", "Ингушетия", "Europe/Moscow"),
    (73, "RU", "Республика Карелия", "Europe/Moscow"),
    (74, "RU", "Республика Хакасия", "Asia/Krasnoyarsk"),
    (75, "RU", "Республика Тыва", "Asia/Yekaterinburg"),
    (76, "RU", "Еврейская автономная область", "Asia/Vladivostok"),
    (77, "RU", "Ненецкий автономный округ", "Europe/Moscow"),
    (78, "RU", "Кабардино-Балкария", "Europe/Moscow"),
    (79, "RU", "Республика Северная Осетия - Алания", "Europe/Moscow"),
    (80, "RU", "Карачаево-Черкесия", "Europe/Moscow"),
    (81, "RU", "Москва", "Europe/Moscow"),
    (82, "RU", "Санкт-Петербург", "Europe/Moscow"),
    (90, "RU", "Республика Крым", "Europe/Simferopol"),
    (91, "KZ", "Мангистауская область", "Asia/Aqtau"),
    (221, "FI", "Кайнуу", "Europe/Helsinki"),
    (482, "ES", "Галисия", "Europe/Madrid"),
    (712, "IT", "Пьемонт", "Europe/Rome"),
    (779, "SG", "Сингапур", "Asia/Singapore"),
    (1281, "PT", "Сантарен", "Europe/Lisbon"),
    (1472, "LV", "Вентспилс", "Europe/Riga"),
    (1508, "EE", "Уезд Вильяндимаа", "Europe/Tallinn"),
    (1552, "RO", "Западный регион", "Europe/Bucharest"),
    (1581, "HR", "Сплитско-Далматинская жупания", "Europe/Zagreb"),
    (1602, "LU", "кантон Люксембург", "Europe/Luxembourg"),
    (1639, "RS", "Моравичский округ", "Europe/Belgrade"),
    (1727, "KG", "Баткенская область", "Asia/Bishkek"),
)
REGIONS = {row[0]: Region(*row) for row in _REGIONS}
