"""Fields that several templates have."""

from __future__ import annotations

from oint.i18n import Message
from oint.templates.model import Field

PHONES = Field(
    "phones",
    Message("телефоны", "phones"),
    required=True,
    fields=(
        Field(
            "number",
            Message("номер в международном формате, до 24 знаков", "international number, up to 24 characters"),
            required=True,
        ),
        Field("additional", Message("добавочный номер", "extension")),
    ),
    is_list=True,
)

PERSON = (
    Field("company", Message("название компании", "the company's name")),
    Field("name", Message("ФИО контактного лица", "full name of the contact person"), required=True),
    Field("contragent_type", Message("LEGAL_ENTITY или INDIVIDUAL", "LEGAL_ENTITY or INDIVIDUAL")),
    Field("passport_series", Message("серия паспорта", "series of the passport")),
    Field("passport_number", Message("номер паспорта", "number of the passport")),
    Field(
        "passport_date_of_issue",
        Message("дата выдачи паспорта, ГГГГ-ММ-ДД", "date of issue of the passport, YYYY-MM-DD"),
    ),
    Field("passport_organization", Message("кем выдан паспорт", "who issued the passport")),
    Field("tin", Message("ИНН", "taxpayer's number")),
    Field("passport_date_of_birth", Message("дата рождения, ГГГГ-ММ-ДД", "date of birth, YYYY-MM-DD")),
    Field("email", Message("электронная почта", "e-mail")),
    PHONES,
)

PLACE = (
    Field("code", Message("код города в СДЭК", "CDEK's code of the city")),
    Field("fias_guid", Message("код ФИАС", "FIAS code")),
    Field("postal_code", Message("почтовый индекс", "postal code")),
    Field("longitude", Message("долгота", "longitude")),
    Field("latitude", Message("широта", "latitude")),
    Field("country_code", Message("код страны из двух букв", "country code of two letters")),
    Field("region", Message("название региона", "name of the region")),
    Field("region_code", Message("код региона в СДЭК", "CDEK's code of the region")),
    Field("sub_region", Message("район региона", "district of the region")),
    Field("city", Message("название города", "name of the city")),
    Field("address", Message("улица, дом, квартира", "street, house, flat"), required=True),
)

SIZES = (
    Field("weight", Message("вес в граммах", "weight in grams"), required=True),
    Field("length", Message("длина в сантиметрах", "length in centimetres")),
    Field("width", Message("ширина в сантиметрах", "width in centimetres")),
    Field("height", Message("высота в сантиметрах", "height in centimetres")),
)
