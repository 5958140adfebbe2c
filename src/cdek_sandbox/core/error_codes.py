"""Error codes of CDEK with their messages, and the few that the sandbox had to invent."""

from __future__ import annotations

from cdek_sandbox.core.entities import Problem

LOCATION_NOT_RECOGNIZED = "Location is not recognized. Check your input data and try to provide more details"
BAN_OF_INSPECTION = (
    'Невозможно одновременное применение взаимоисключающих доп. услуг "Запрет осмотра вложения" и "Примерка на дому", '
    'Невозможно одновременное применение взаимоисключающих доп. услуг "Запрет осмотра вложения" и "Частичная доставка"'
)
NO_SUITABLE_POINT = "The pick-up point doesn't meet the requirements and no other suitable pick-up point found"
_MESSAGES = {
    NO_SUITABLE_POINT: "Пункт самовывоза не соответствует требованиям и другого подходящего пункта самовывоза не найдено",
    "v2_internal_error": "Internal error",
    "v2_bad_request": "Bad request",
    "v2_similar_request_still_processed": "Similar request is still being processed {0}",
    "v2_invalid_format": "Invalid value [{0}] in [{1}] parameter",
    "v2_field_is_empty": "{0} is empty",
    "v2_parameters_empty": "All parameters are empty",
    "v2_invalid_value_type": "Invalid value type in {0} field",
    "v2_entity_not_found": "Entity is not found by uuid {0}",
    "v2_entity_not_found_im_number": "Entity is not found by number {0}",
    "v2_entity_forbidden": "Entity is forbidden {0}",
    "v2_entity_invalid": "Entity is invalid {0}",
    "v2_entity_not_ready": "v2_entity_not_ready",
    "v2_order_not_found": "Order not found by cdek_number {0}",
    "v2_order_forbidden": "Order forbidden {0}",
    "v2_shipment_address_multivalued": "Sender address and sender shipment point can't be filled both",
    "v2_delivery_address_multivalued": "Recipient address and recipient delivery point can't be filled both",
    "v2_number_items_is_more_126": "The number of commodity items is more than 126",
    "v2_order_item_amount_incorrect": "Marked item amount is incorrect",
    "orders_number_is_empty": "Entity is empty. All orders are incorrect",
    "v2_entity_empty": "Entity is empty. All orders are incorrect",
    "v2_order_number_empty": "Order number and order uuid are empty",
    "v2_webhook_type_incorrect": "Webhook type is incorrect",
    "PA_02": "Плановая дата доставки должна быть позже.",
    "PA_11": "Грузоместо {0} из заказа {1} удалено",
    "PA_17": "Договор не найден",
    "v2_exceeded_size": "The size parameter cannot exceed 10000",
    "v2_sender_location_not_recognized": LOCATION_NOT_RECOGNIZED,
    "v2_recipient_location_not_recognized": LOCATION_NOT_RECOGNIZED,
    "v2_shipment_point_changed": (
        "Order cannot be processed by shipment point {0}. Shipment point has been changed to {1}"
    ),
    "v2_delivery_point_changed": (
        "Order cannot be processed by delivery point {0}. Shipment point has been changed to {1}"
    ),
    "v2_outdated_tariff": "Tariff {0} is outdated",
    "v2_wrong_interval": "Wrong date interval",
    "err_result_service_empty": "По данному направлению при заданных условиях выбранный тариф недоступен",
    "err_result_servicelist_empty": "По данному направлению при заданных условиях нет доступных тарифов",
    "err_invalid_tariff_with_ordertype": "Несоответствие выбранной услуги типу заказа",
    "err_invalid_tariff_with_dimentions": "Для выбранной услуги превышены габариты или вес",
    "err_addservice_getup_floor_elevator": (
        "Невозможно одновременное применение взаимоисключающих доп. услуг 'Подъем на этаж ручной' и "
        "'Подъем на этаж лифтом'"
    ),
    "err_addservice_ban_attachment_inspection_incompatible_part_deliv": BAN_OF_INSPECTION,
    "err_addservice_ban_attachment_inspection_incompatible_trying_on": BAN_OF_INSPECTION,
    "ve_as_forbidden": "Дополнительная услуга {0} не доступна",
    "code_invalid": (
        "Передано недопустимое значение кода ПВЗ отправителя / получателя (shipment_point или delivery_point)"
    ),
    "ve_as_insurance_min_declared_cost": "Для выбранного тарифа минимальная объявленная стоимость - {0}",
    "ve_additional_service_unavailable": 'Доп услуга "{0}" недоступна',
    "v2_update_forbidden": 'Operation is forbidden. Orders can only be updated in "CREATED" or "ACCEPTED" statuses',
    "v2_package_id_is_empty": "Package_id for {0} package is empty",
    "v2_impossible_register_date": "It is impossible to register date for parcel terminal",
    "v2_intake_exists_by_order": "Intake exists by order {0}",
    "v2_intake_exists_by_date_address": "Intake exists by date and address",
    "v2_entity_has_final_status": "Operation is forbidden. Entity has final status {0}",
    "v2_late_intake": "Intake may be completed tomorrow",
    "v2_cost_change_by_tariff": "New tariff code can trigger change order cost",
    "v2_cost_change_by_services": "New services can trigger change order cost",
    "v2_cost_change_by_location": "New location can trigger change order cost",
    "v2_cost_change_by_parameters": "New parameters (weight, dimensions, items cost) can trigger change order cost",
    "ve_ci_pickup_time_selfcare_too_large": "Заявки на сегодняшний день можно создавать до {0}",
    "error_validate_courier_invitation_time_expired": (
        "Вы не можете вызвать курьера на указанное время т.к. в городе отправителя это время уже в прошлом"
    ),
    "ve_tariff_mode_warehouse_unavailable": "Заявка не может быть оформлена по данному тарифу",
    "ve_ci_pickup_date_expired": "На указанную дату уже невозможно вызвать курьера",
    "ve_ci_pickup_date_too_large": "Дата приезда курьера слишком большая",
    "ve_ci_pickup_time_too_small": "Приезд курьера может осуществляться с {0}",
    "ve_ci_pickup_time_too_large": "Приезд курьера не может осуществляться после {0}",
    "ve_ci_pickup_time_to_before_from": ('Время приезда курьера с должно быть раньше "времени приезда курьера по"'),
    "ve_ci_pickup_lunch_too_small": "Некорректное начальное время обеда: раньше чем приезд курьера",
    "ve_ci_pickup_lunch_too_large": "Некорректное конечное время обеда: позже чем приезд курьера",
    "ve_ci_pickup_lunch_interval_incorrect": ("Некорректное конечное время обеда: меньше начального времени обеда"),
    "ve_ci_pickup_lunch_interval_zero": 'Время обеда "с" и Время обеда "по" не должны совпадать',
    "ve_tariff_mode_not_from_door": (
        "Заявка не может быть оформлена с режимом от склада без доп. услуги “Забор отправления”"
    ),
    "error_validate_build_ci_from_order": (
        'Создание заявки из заказа возможно только по новым заказам при режиме "от двери"'
    ),
    "ve_delivery_time_empty": "Требуется время доставки",
    "error_validate_dd_date_delivery_before_order_date": "Дата доставки не может быть раньше даты заказа",
    "delivery_date_too_late": "Указанная дата доставки не может быть позднее {0}",
    "ve_payer_contract_status_incorrect": (
        "Договор плательщика находится в статусе {0}, при котором нельзя создавать заявки. Указание оплаты по договору "
        'может быть только в статусе договора "Подписан".'
    ),
    "ve_currency_not_corresponds_to_contract": "Указан договор плательщика и валюта не совпадает с валютой договора",
    "ve_currency_not_corresponds_to_contragent": (
        "Не указан договор плательщика и валюта не совпадает с валютой контрагента"
    ),
    "ve_as_part_deliv_count": "Недостаточно товаров для частичной доставки",
    "error_validate_additional_service_param_unsupported_param": "Дополнительная услуга не поддерживается",
    "error_validate_additional_service_param_declared_cost_is_required": (
        "Объявленная стоимость обязательна для дополнительной услуги {0}"
    ),
    "error_validate_declared_cost_of_insurance_not_eq_to_dc_of_goods": (
        "Объявленная стоимость услуги страхование не соответствует объявленной стоимости товаров."
    ),
    "err_invalid_tariff_with_datetimeordersend": "В указанную дату создания заказа выбранная услуга не доступна",
    "error_validate_tariff_not_supported_for_this_direction": "Услуга не поддерживается на выбранном направлении",
    "err_pvz_with_tariff_mistake": (
        "При тарифе с режимом доставки от/до склада, склад должен существовать в городе-отправителе "
        "и/или городе-получателе соответственно"
    ),
    "ve_receiver_pickup_point_incorrect": "Указан некорректный офис получателя",
    "ve_receiver_pickup_point_take_only": "Выбранный ПВЗ не предусматривает выдачу груза только прием",
    "error_validate_postamat_pvz_not_postamat": "Выбранный офис не является постаматом",
    "error_validate_receiver_delivery_point_calc_weight_small": (
        "Расчетный вес заказа выходит за рамки весового ограничения выбранного офиса получателя"
    ),
    "error_validate_receiver_delivery_point_calc_weight_large": (
        "Расчетный вес заказа выходит за рамки весового ограничения выбранного офиса получателя"
    ),
    "error_validate_receiver_city_cash_limit": "Превышен лимит на наложенный платеж в городе получателе.",
    "ve_as_part_deliv_forbidden": "Запрещена частичная доставка",
    "ve_as_reverse_contract_forbidden": "По данному договору плательщика услуга реверс не доступна",
    "ve_as_reverse_only_to_door": 'Дополнительная услуга "реверс" доступна только при режимах доставки "До двери"',
    "ve_as_reverse_sender_address_empty": (
        "Отсутствует адрес отправителя при указанной услуге Реверс и режимом возврата для Реверса: Отправителю заказа"
    ),
    "ve_reverse_straight_order_not_found": (
        "Прямого заказа с таким не номером не существует, нельзя сгенерировать заявку на обратный курьерский забор"
    ),
    "error_validate_reverse_deny_change_sender_city": (
        "В обратном заказе запрещено изменять город отправителя, если прямой заказ в конечном статусе"
    ),
    "error_validate_reverse_deny_change_sender_address": (
        "В обратном заказе запрещено изменять адрес отправителя, если прямой заказ в конечном статусе"
    ),
    "ie_reverse_mode_not_supported": "Тип реверса не поддерживается",
    "ve_reverse_tariff_not_available": "Нет тарифов по данному направлению",
    "error_internal_reverse_overweight": "Максимальный вес по Обратному заказу не может превышать 30 кг",
    "v2_token_expired": "Access token is expired: {0}",
    "v2_authorization_incorrect": "Authorization header is incorrect",
    "unauthorized": "Full authentication is required to access this resource",
    "error_validate_receiver_delivery_point_is_empty": "Не задан офис получателя",
    "error_validate_im_dep_number_has_already_had_integration": (
        "Введенный номер отправления ИМ не уникальный. Введите уникальный номер."
    ),
    "error_validate_sender_name_incorrect_symbol": (
        'Некорректно указан отправитель: невозможно использование символа "/"'
    ),
    "error_validate_sender_name_only_digits": (
        "Некорректно указан отправитель: наименование контрагента не может содержать только цифры"
    ),
    "error_validate_receiver_name_incorrect_symbol": (
        'Некорректно указан получатель: невозможно использование символа "/"'
    ),
    "error_validate_receiver_name_only_digits": (
        "Некорректно указан получатель: наименование контрагента не может содержать только цифры"
    ),
    "error_validate_package_one_of_size_is_zero": "Один из габаритов места заказе равен 0",
    "error_validate_package_im_wrong_amount": "Количество товаров может быть не более 999",
    "error_validate_good_gros_weight_less_than_net_weight": "Вес брутто не может быть меньше веса нетто.",
    "error_validate_good_payment_not_suite": (
        "Нельзя указать “Оплату с получателя за единицу товара” для заказа типа “Доставка“"
    ),
    "error_internal_cannot_set_vat": "Невозможно установить НДС",
    "error_dsd_validate_vat_rate_code_incorrect": "Код ставки НДС для порога стоимости указан неверно",
    "error_validate_online_shop_price_threshold_can_not_be_duplicate": "Пороги стоимости не должны дублироваться",
    "error_validate_postamat_package_count": (
        'В заказе с режимом "До постамата" количество мест не может быть больше 1'
    ),
    "error_validate_postamat_package_weight": (
        'Вес места не должен превышать 15 кг для заказов с режимом "до постамата"'
    ),
    "error_validate_delivery_detail_postamat_part_delivery": (
        'Частичная доставка не доступна для заказов с режимом "до постамата"'
    ),
    "ve_as_get_up_floor_any_checked": "Невозможно единовременно выбрать ручной подъем и подъем лифтом",
    "error_validate_additional_service_param_cant_part_deliv_one_good": "Частичная доставка невозможна",
    "v2_unable_add_service": "Unable to add service {0} to order.",
    "error_validate_package_number_not_unique": "Номер места в заказе должен быть уникален",
    "error_validate_order_delete_documents_in_warehouse_is_not_empty": (
        "Ошибка удаления заказа. По заказу есть операции на складе."
    ),
    "error_validate_order_delete_claims_is_not_empty": (
        "Ошибка удаления заказа. По заказу зарегистрирована претензия."
    ),
    "error_validate_package_number_has_alreasy_used": "Место с указанным номером уже существует",
    "ve_package_weight_too_small": "Физический вес <",
    "ve_package_weight_too_large": "Физический вес >",
    "error_validate_package_article_not_unique": "Артикул не уникален в пределах места заказа",
    "error_validate_good_article_is_not_unique": "Артикул товара не уникален",
    "error_validate_good_invalid_label": "Некорректный код маркировки товара: {0} - {1}",
    "error_validate_good_label_count_is_over_limit": (
        "Количество товаров в строке с указанной маркировкой должно быть равно 1"
    ),
    "error_validate_goods_label_count_is_over_limit": (
        "Количество товаров с маркировкой {0} в заказе должно быть равно 1"
    ),
    "error_validate_online_shop_seller_ownership_form_incorrect": "Неверно указана форма собственности продавца",
    "error_validate_online_shop_price_threshold_cost_less_min_value": (
        "Стоимость доставки у порога стоимости не должна быть меньше {0}"
    ),
    "error_validate_online_shop_price_threshold_surcharge_vat_sum_incorrect": (
        "Указана некорректная сумма НДС для порога стоимости"
    ),
    "error_dsd_validate_vat_sum_difference_between": (
        "Сумма НДС (у порога {0}) не соответствует ставки НДС. Рекомендуется {1}"
    ),
    "error_validate_good_vat_rate_diff": (
        'Сумма НДС в товаре с артикулом "{0}" не соответствует выбранной Ставке НДС. Рекомендуется {1}'
    ),
    "error_validate_good_vat_rate_is_not_selected": (
        "При наличии наложенного платежа за единицу товара НДС обязательна"
    ),
    "error_validate_good_vat_rate_sum_empty": "Сумма НДС не соответствует указанной ставке НДС",
    "error_validate_good_vat_rate_sum_not_appropriate": "Сумма НДС не соответствует указанной ставке НДС",
    "ve_receiver_phone_type_incorrect": "Указан невалидный тип телефона получателя {0}",
    # The messages of the next three are not recorded.
    "error_validate_receiver_phone_number_incorrect": "Некорректно указан номер телефона получателя",
    "error_validate_total_good_count_not_in_range": "Общее количество товаров должно быть от 1 до 999999",
    "error_validate_international_shipper_address_is_required": "Для международного заказа обязателен адрес грузоотправителя",
    "v2_sender_email_ignored": "The senders email {0} is incorrect and will be ignored",
    "v2_recipient_email_ignored": "The recipients email {0} is incorrect and will be ignored",
    "error_validate_order_delete_status": "Ошибка удаления заказа. Заказ может быть удален только в статусе Создан.",
}
_ADDITIONAL_CODES = {
    "v2_entity_not_found": "0x7B234F39",
    "v2_entity_not_found_im_number": "0x7B234F39",
    "v2_invalid_format": "0x1E0EBE20",
    "ve_additional_service_unavailable": "0xBC236B02",
}


def problem(code: str, *values: object) -> Problem:
    """Build the error row of a code, its message filled with the values."""
    return Problem(code=code, additional_code=_ADDITIONAL_CODES.get(code), message=_MESSAGES[code].format(*values))
