"""Fields that several templates have."""

from __future__ import annotations

from oint.i18n import Text
from oint.templates.field import Field

PHONES = Field(
    "phones",
    Text("телефоны", "phones"),
    required=True,
    fields=(
        Field(
            "number",
            Text("номер в международном формате, до 24 знаков", "international number, up to 24 characters"),
            required=True,
        ),
        Field("additional", Text("добавочный номер", "extension")),
    ),
    many=True,
)

PERSON = (
    Field("company", Text("название компании", "the company's name")),
    Field("name", Text("ФИО контактного лица", "full name of the contact person"), required=True),
    Field("contragent_type", Text("LEGAL_ENTITY или INDIVIDUAL", "LEGAL_ENTITY or INDIVIDUAL")),
    Field("passport_series", Text("серия паспорта", "series of the passport")),
    Field("passport_number", Text("номер паспорта", "number of the passport")),
    Field("passport_date_of_issue", Text("дата выдачи паспорта, ГГГГ-ММ-ДД", "date of its issue, YYYY-MM-DD")),
    Field("passport_organization", Text("кем выдан паспорт", "who issued the passport")),
    Field("tin", Text("ИНН", "taxpayer's number")),
    Field("passport_date_of_birth", Text("дата рождения, ГГГГ-ММ-ДД", "date of birth, YYYY-MM-DD")),
    Field("email", Text("электронная почта", "e-mail")),
    PHONES,
)

PLACE = (
    Field("code", Text("код города в СДЭК", "CDEK's code of the city")),
    Field("fias_guid", Text("код ФИАС", "FIAS code")),
    Field("postal_code", Text("почтовый индекс", "postal code")),
    Field("longitude", Text("долгота", "longitude")),
    Field("latitude", Text("широта", "latitude")),
    Field("country_code", Text("код страны из двух букв", "country code of two letters")),
    Field("region", Text("название региона", "name of the region")),
    Field("region_code", Text("код региона в СДЭК", "CDEK's code of the region")),
    Field("sub_region", Text("район региона", "district of the region")),
    Field("city", Text("название города", "name of the city")),
    Field("address", Text("улица, дом, квартира", "street, house, flat"), required=True),
)

SIZES = (
    Field("weight", Text("вес в граммах", "weight in grams"), required=True),
    Field("length", Text("длина в сантиметрах", "length in centimetres")),
    Field("width", Text("ширина в сантиметрах", "width in centimetres")),
    Field("height", Text("высота в сантиметрах", "height in centimetres")),
)
