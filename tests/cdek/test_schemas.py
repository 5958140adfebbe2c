"""Every field that CDEK's description gives an answer is a field of the typed answer."""

import json
from pathlib import Path

import pytest
from msgspec.structs import fields

from oint.cdek.models import delivery, envelope, intakes, orders, parts, passport, photos, prealert, printing

OPENAPI = Path(__file__).resolve().parents[2].parent / "shared" / "cdek" / "openapi.json"

MODELS = {
    "AccompanyingWaybillDto": orders.AccompanyingWaybill,
    "AdditionalServiceDto": orders.Service,
    "AvailableDeliveryIntervalDto": delivery.Interval,
    "AvailableDeliveryIntervalsInfoDto": delivery.DayIntervals,
    "AvailableDeliveryIntervalsResponseDto": delivery.Intervals,
    "BarcodeDto": printing.PrintForm,
    "BarcodeGetResponseDto": printing.PrintAnswer,
    "BarcodePrintResponseDto": envelope.Accepted,
    "CallsResponseDto": orders.Calls,
    "ContactDto": parts.Contact,
    "DeliveryCostThresholdDto": orders.CostThreshold,
    "DeliveryProblemResponseDto": orders.DeliveryProblem,
    "DeliveryRecipientCostResponseDto": parts.Money,
    "ErrorDto": envelope.ErrorItem,
    "EstimatedDeliveryIntervalDto": delivery.Interval,
    "EstimatedDeliveryIntervalsInfoDto": delivery.DayIntervals,
    "EstimatedDeliveryIntervalsResponseDto": delivery.Intervals,
    "FailedCallResponseDto": orders.FailedCall,
    "GetPrealertResponseDto": prealert.PrealertAnswer,
    "GetPrealertResponseDtoOrderDto": prealert.PrealertOrder,
    "GetPrealertResponseDtoPackageInfoDto": prealert.PrealertPackage,
    "GetPrealertResponseDtoPrealertDto": prealert.Prealert,
    "IntakeAvailableDaysResponseDto": intakes.AvailableDays,
    "IntakeChangeStatusResponseDto": envelope.Accepted,
    "IntakeInfoDto": intakes.IntakeAnswer,
    "IntakeInfoResponseEntity": intakes.Intake,
    "IntakePackageDto": intakes.IntakePackage,
    "IntakeStatusDto": parts.StatusRow,
    "ItemResponseDto": orders.Item,
    "LocationInfoDto": parts.Location,
    "OrderDelayReason": orders.DelayReason,
    "OrderResponseDto": orders.OrderCard,
    "OrderStatusDto": orders.Status,
    "PackageAddServiceResponseDto": orders.PackageService,
    "PackageResponseDto": orders.Package,
    "PassportDto": passport.Passport,
    "PassportOrderDto": passport.PassportOrder,
    "PassportResponseDto": passport.Passports,
    "PhoneDto": parts.Phone,
    "PhotoReadyOrderDto": photos.PhotoOrder,
    "PhotoResponseDto": photos.PhotoOrders,
    "PrintOrderDto": printing.PrintOrder,
    "PrintStatusDto": parts.StatusRow,
    "RecipientResponseContactDto": parts.Contact,
    "RegisterPrealertResponseDto": envelope.Accepted,
    "RelatedEntityDto": envelope.RelatedEntity,
    "RequestDto": envelope.RequestEntry,
    "RescheduledCallResponseDto": orders.RescheduledCall,
    "ResponseDeliveryDetailDto": orders.DeliveryDetail,
    "ResponseDtoOrderResponseDto": orders.OrderAnswer,
    "ResponseDtoRootEntityDto": envelope.Accepted,
    "ResponseDtoScheduleInfoDto": delivery.AgreementAnswer,
    "ResponseFromLocationDto": parts.Location,
    "ResponseMoneyDto": parts.Money,
    "ResponsePaymentTypeDto": orders.PaymentPart,
    "ResponseToLocationDto": parts.Location,
    "ReturnItemDetail": orders.ReturnItemDetail,
    "RootEntityDto": envelope.EntityRef,
    "ScheduleInfoDto": delivery.Agreement,
    "ScheduleLocationDto": parts.Location,
    "ScheduleStatusDto": parts.StatusRow,
    "SellerDto": orders.Seller,
    "SellerItemDto": orders.Seller,
    "SenderResponseContactDto": parts.Contact,
    "WarningDto": envelope.ErrorItem,
    "WaybillDto": printing.PrintForm,
    "WaybillGetResponseDto": printing.PrintAnswer,
    "WaybillPrintResponseDto": envelope.Accepted,
}


@pytest.mark.skipif(not OPENAPI.is_file(), reason="CDEK's description is not beside the repository")
@pytest.mark.parametrize(("schema", "model"), MODELS.items(), ids=lambda value: getattr(value, "__name__", value))
def test_every_described_field_of_an_answer_is_typed(schema, model):
    described = json.loads(OPENAPI.read_bytes())["components"]["schemas"][schema]["properties"]
    assert described.keys() - {field.encode_name for field in fields(model)} == set()
