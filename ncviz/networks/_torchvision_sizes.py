"""How large the classifiers of torchvision are: script/torchvision_sizes.py writes it."""

from typing import NamedTuple


class Size(NamedTuple):
    """Of a classifier of torchvision.

    Parameters
    ----------
    classifier : str
        Its module.
    features : int
        That it takes.
    others : int
        Parameters of neither the classifier nor the first convolution's filters.
    channels, kernel : int
        Of the first convolution.
    has_other_stem : bool
        Whether small images get another first convolution.
    layers : int
        Convolutions and linear maps before the classifier.
    products, products_small : float
        For each pixel of an image, with the usual stem and with that of small images.
    least, least_small : int
        Pixels a side of the smallest images that it takes.
    """

    classifier: str
    features: int
    others: int
    channels: int
    kernel: int
    has_other_stem: bool
    layers: int
    products: float
    products_small: float
    least: int
    least_small: int


SIZES = {
    "alexnet": Size("classifier.6", 4096, 56980608, 64, 11, True, 7, 17090.0, 224800.0, 63, 15),
    "convnext_base": Size(
        "classifier.2", 1024, 87560320, 128, 4, False, 112, 306000.0, 306000.0, 32, 32
    ),
    "convnext_large": Size(
        "classifier.2", 1536, 196221120, 192, 4, False, 112, 684800.0, 684800.0, 32, 32
    ),
    "convnext_small": Size(
        "classifier.2", 768, 49450080, 96, 4, False, 112, 173100.0, 173100.0, 32, 32
    ),
    "convnext_tiny": Size(
        "classifier.2", 768, 27815520, 96, 4, False, 58, 88780.0, 88790.0, 32, 32
    ),
    "densenet121": Size("classifier", 1024, 6944448, 64, 7, True, 120, 56470.0, 867500.0, 29, 8),
    "densenet161": Size("classifier", 2208, 26457888, 96, 7, True, 160, 154000.0, 2410000.0, 29, 8),
    "densenet169": Size("classifier", 1664, 12475072, 64, 7, True, 168, 66930.0, 1035000.0, 29, 8),
    "densenet201": Size("classifier", 1920, 18083520, 64, 7, True, 200, 85490.0, 1332000.0, 29, 8),
    "efficientnet_b0": Size("classifier.1", 1280, 4006684, 32, 3, True, 81, 7721.0, 31230.0, 1, 1),
    "efficientnet_b1": Size(
        "classifier.1", 1280, 6512320, 32, 3, True, 115, 11430.0, 46320.0, 1, 1
    ),
    "efficientnet_b2": Size(
        "classifier.1", 1408, 7700130, 32, 3, True, 115, 13220.0, 53610.0, 1, 1
    ),
    "efficientnet_b3": Size(
        "classifier.1", 1536, 10695152, 40, 3, True, 130, 19320.0, 78310.0, 1, 1
    ),
    "efficientnet_b4": Size(
        "classifier.1", 1792, 17547320, 48, 3, True, 160, 30210.0, 122500.0, 1, 1
    ),
    "efficientnet_b5": Size(
        "classifier.1", 2048, 28339488, 48, 3, True, 194, 47380.0, 192300.0, 1, 1
    ),
    "efficientnet_b6": Size(
        "classifier.1", 2304, 40734192, 56, 3, True, 224, 67590.0, 274400.0, 1, 1
    ),
    "efficientnet_b7": Size(
        "classifier.1", 2560, 63785232, 64, 3, True, 273, 104000.0, 422600.0, 1, 1
    ),
    "efficientnet_v2_l": Size(
        "classifier.1", 1280, 117233408, 32, 3, True, 339, 245700.0, 994800.0, 1, 1
    ),
    "efficientnet_v2_m": Size(
        "classifier.1", 1280, 52857708, 24, 3, True, 245, 107700.0, 436200.0, 1, 1
    ),
    "efficientnet_v2_s": Size(
        "classifier.1", 1280, 20176840, 24, 3, True, 170, 57100.0, 230400.0, 1, 1
    ),
    "googlenet": Size("fc", 1024, 5590496, 64, 7, True, 57, 29840.0, 111700.0, 15, 8),
    "inception_v3": Size("fc", 2048, 21784704, 32, 3, True, 94, 36770.0, 147200.0, 75, 37),
    "mnasnet0_5": Size("classifier.1", 1280, 937080, 16, 3, True, 52, 2058.0, 8238.0, 1, 1),
    "mnasnet0_75": Size("classifier.1", 1280, 1888560, 24, 3, True, 52, 4271.0, 17090.0, 1, 1),
    "mnasnet1_0": Size("classifier.1", 1280, 3101448, 32, 3, True, 52, 6242.0, 24980.0, 1, 1),
    "mnasnet1_3": Size("classifier.1", 1280, 5000176, 40, 3, True, 52, 10470.0, 41870.0, 1, 1),
    "mobilenet_v2": Size("classifier.1", 1280, 2223008, 32, 3, True, 52, 5970.0, 23890.0, 1, 1),
    "mobilenet_v3_large": Size(
        "classifier.3", 1280, 4201600, 16, 3, True, 63, 4535.0, 19630.0, 1, 1
    ),
    "mobilenet_v3_small": Size(
        "classifier.3", 1024, 1517424, 16, 3, True, 53, 1200.0, 5374.0, 1, 1
    ),
    "regnet_x_16gf": Size("fc", 2048, 52228672, 32, 3, True, 71, 317700.0, 1271000.0, 1, 1),
    "regnet_x_1_6gf": Size("fc", 912, 8276272, 32, 3, True, 59, 31930.0, 127700.0, 1, 1),
    "regnet_x_32gf": Size("fc", 2520, 105289696, 32, 3, True, 74, 632400.0, 2530000.0, 1, 1),
    "regnet_x_3_2gf": Size("fc", 1008, 14286688, 32, 3, True, 80, 63290.0, 253200.0, 1, 1),
    "regnet_x_400mf": Size("fc", 400, 5094112, 32, 3, True, 71, 8240.0, 32960.0, 1, 1),
    "regnet_x_800mf": Size("fc", 672, 6585792, 32, 3, True, 53, 15930.0, 63700.0, 1, 1),
    "regnet_x_8gf": Size("fc", 1920, 37650784, 32, 3, True, 74, 159300.0, 637200.0, 1, 1),
    "regnet_y_128gf": Size("fc", 7392, 637419030, 32, 3, True, 140, 2549000.0, 10240000.0, 1, 1),
    "regnet_y_16gf": Size("fc", 3024, 80564276, 32, 3, True, 95, 318000.0, 1277000.0, 1, 1),
    "regnet_y_1_6gf": Size("fc", 888, 10312566, 32, 3, True, 140, 32250.0, 129800.0, 1, 1),
    "regnet_y_32gf": Size("fc", 3712, 141332906, 32, 3, True, 105, 644600.0, 2586000.0, 1, 1),
    "regnet_y_3_2gf": Size("fc", 1512, 17922474, 32, 3, True, 110, 63510.0, 255400.0, 1, 1),
    "regnet_y_400mf": Size("fc", 440, 3902280, 32, 3, True, 85, 8059.0, 32600.0, 1, 1),
    "regnet_y_800mf": Size("fc", 784, 5646648, 32, 3, True, 75, 16680.0, 67170.0, 1, 1),
    "regnet_y_8gf": Size("fc", 2016, 37363608, 32, 3, True, 90, 169300.0, 679900.0, 1, 1),
    "resnet101": Size("fc", 2048, 42490752, 64, 7, True, 104, 155400.0, 2451000.0, 1, 1),
    "resnet152": Size("fc", 2048, 58134400, 64, 7, True, 155, 229400.0, 3635000.0, 1, 1),
    "resnet18": Size("fc", 512, 11167104, 64, 7, True, 20, 36140.0, 542400.0, 1, 1),
    "resnet34": Size("fc", 512, 21275264, 64, 7, True, 36, 73010.0, 1132000.0, 1, 1),
    "resnet50": Size("fc", 2048, 23498624, 64, 7, True, 53, 81460.0, 1267000.0, 1, 1),
    "resnext101_32x8d": Size("fc", 2048, 86732928, 64, 7, True, 104, 327100.0, 5198000.0, 1, 1),
    "resnext101_64x4d": Size("fc", 2048, 81396864, 64, 7, True, 104, 308100.0, 4893000.0, 1, 1),
    "resnext50_32x4d": Size("fc", 2048, 22970496, 64, 7, True, 53, 84270.0, 1312000.0, 1, 1),
    "shufflenet_v2_x0_5": Size("fc", 1024, 341144, 24, 3, True, 56, 787.4, 10650.0, 1, 1),
    "shufflenet_v2_x1_0": Size("fc", 1024, 1252956, 24, 3, True, 56, 2869.0, 43950.0, 1, 1),
    "shufflenet_v2_x1_5": Size("fc", 1024, 2477976, 24, 3, True, 56, 5875.0, 92050.0, 1, 1),
    "shufflenet_v2_x2_0": Size("fc", 2048, 5344348, 24, 3, True, 56, 11590.0, 183400.0, 1, 1),
    "swin_b": Size("head", 1024, 86737080, 128, 4, False, 100, 203100.0, 203100.0, 4, 4),
    "swin_s": Size("head", 768, 48832650, 96, 4, False, 100, 114300.0, 114300.0, 4, 4),
    "swin_t": Size("head", 768, 27514746, 96, 4, False, 52, 59040.0, 59050.0, 4, 4),
    "swin_v2_b": Size("head", 1024, 86899704, 128, 4, False, 148, 208400.0, 250800.0, 4, 4),
    "swin_v2_s": Size("head", 768, 48963834, 96, 4, False, 148, 118500.0, 151500.0, 4, 4),
    "swin_v2_t": Size("head", 768, 27577962, 96, 4, False, 76, 61070.0, 77270.0, 4, 4),
    "vgg11": Size("classifier.6", 4096, 128764608, 64, 3, False, 10, 162200.0, 266000.0, 32, 32),
    "vgg11_bn": Size("classifier.6", 4096, 128770112, 64, 3, False, 10, 162200.0, 266000.0, 32, 32),
    "vgg13": Size("classifier.6", 4096, 128949120, 64, 3, False, 12, 235900.0, 339700.0, 32, 32),
    "vgg13_bn": Size("classifier.6", 4096, 128955008, 64, 3, False, 12, 235900.0, 339700.0, 32, 32),
    "vgg16": Size("classifier.6", 4096, 134258816, 64, 3, False, 15, 318800.0, 422600.0, 32, 32),
    "vgg16_bn": Size("classifier.6", 4096, 134267264, 64, 3, False, 15, 318800.0, 422600.0, 32, 32),
    "vgg19": Size("classifier.6", 4096, 139568512, 64, 3, False, 18, 401800.0, 505600.0, 32, 32),
    "vgg19_bn": Size("classifier.6", 4096, 139579520, 64, 3, False, 18, 401800.0, 505600.0, 32, 32),
    "wide_resnet101_2": Size("fc", 2048, 124828288, 64, 7, True, 104, 453400.0, 7219000.0, 1, 1),
    "wide_resnet50_2": Size("fc", 2048, 66824832, 64, 7, True, 53, 227100.0, 3598000.0, 1, 1),
}
