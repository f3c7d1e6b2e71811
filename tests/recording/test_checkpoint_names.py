"""The epoch in the names of checkpoints, as people and frameworks write them."""

from pathlib import Path

import pytest

from ncviz.errors import UserError
from ncviz.recording.epochs_of_names import by_names, by_pattern, number_in

# Of a name that stands alone; -1 for one that says no epoch.
ALONE = """
epoch_9.pt 9
epoch9.pt 9
Epoch-009.pth 9
EPOCH_12.PT 12
e05.pt 5
weights_e05_val0.23.pt 5
ep010.pt 10
model_ep_7.pth 7
bestEpoch12.pt 12
modelepoch3.pt 3
epoch.12.ckpt 12
checkpoint_0010.pth.tar 10
checkpoint0080.pth 80
checkpoint-500 500
checkpoint-500/model.safetensors 500
checkpoint-500/unet/diffusion_pytorch_model.safetensors 500
out/epoch_3/weights.pt 3
runs/run3/epoch_7/resnet18_seed4.pt 7
global_step1000/mp_rank_00_model_states.pt 1000
iter_0001000/mp_rank_00/model_optim_rng.pt 1000
training_12499/teacher_checkpoint.pth 12499
model_best.pth.tar -1
best.pt -1
last.ckpt -1
last-v1.ckpt -1
latest-rank0.pt -1
ckpt.pt -1
epoch=3-step=400.ckpt 3
epoch=10-v1.ckpt 10
epoch=00-val_loss=1.23.ckpt 0
epoch=7-val_acc=0.93-step=800.ckpt 7
model_epoch_10-val_loss=0.123.ckpt 10
step_1000_epoch_3.pt 3
step=400-epoch=3.ckpt 3
step_1000000.pt 1000000
step_1.2M.pt 1200000
step=1e5.pt 100000
iter_1.5e+05.pth 150000
2e5_steps.pt 200000
epoch1e3.pt 1000
fold1e5_step300.pt 5
step_3_e10.pt 10
checkpoint_2M.pt 2000000
ckpt-1.5M.pt 1500000
model_2M_steps.pt 2000000
iter_80k.pth 80000
iter_80000.pth 80000
state_step005100.bin 5100
snapshot_iter_10000.pt 10000
global_step_300.pt 300
globalstep12.pt 12
500steps.pt 500
100k_steps.pt 100000
net_T150.pth 150
model_0004999.pth 4999
model_final.pth -1
model_0012499.rank_0.pth 12499
ep010-ba1000-rank0.pt 10
ep3-ba100000-rank0.pt 3
best_checkpoint_3_acc=0.91.pt 3
best_model_12_accuracy=0.9321.pt 12
best_model_val_loss=-0.23.pt -1
best_acc_0.9321.pth -1
best_acc_93.pth -1
best_acc93.2.pth -1
best_bbox_mAP_epoch_12.pth 12
best_coco_bbox_mAP_iter_5000.pth 5000
best_mIoU_iter_80000.pth 80000
checkpoint_3_24000.pt 3
checkpoint12.pt 12
checkpoint.best_loss_3.45.pt -1
checkpoint_best.pt -1
recovery-3-1200.pth.tar 3
ckpt_epoch_100.pth 100
ema_0.9999_010000.pt 10000
model010000.pt 10000
G_12000.pth 12000
netG_epoch_12.pth 12
weights.05-0.23.pt 5
weights.12.0.93.pt 12
weights-improvement-12-0.93.pt 12
train.12.pth 12
stage1.12.pth 12
model.ckpt-1200.pt 1200
12.pt 12
0012.pth 12
12_0.931.pth 12
50_lr0.001_bs128.pt 50
50_lr1e-3_wd5e-4.pt 50
lr_0.1_bs_128_wd_5e-4.pt -1
seed42.pt -1
seed_42_epoch_3.pt 3
fold3_best.pt -1
fold_1_epoch_20.pt 20
run3_epoch_7.pt 7
epoch_7_seed0.pt 7
rep10_epoch3.pt 3
rep3_epoch1.pt 1
keep10_epoch_5.pth 5
sleep2-epoch07.ckpt 7
deepstep4_epoch2.pt 2
version_3.ckpt -1
exp12_best.pth -1
resnet18.pth -1
resnet-18.pth -1
ResNet_50_best.pth -1
resnet18-f37072fd.pth -1
resnet18-5c106cde.pth -1
resnet50-0676ba61.pth -1
densenet121-a639ec97.pth -1
densenet121_10.pth 10
densenet_bc_100_12_200.pth 200
resnet18_3.pt 3
resnet18_epoch12_acc93.5.pth 12
resnet50_top1_76_12.pt 12
cifar10_resnet18_200.pth 200
cifar10_resnet18.pth -1
cifar10_resnet18_seed1_ep010.pt 10
cifar-100_resnet-110_164.pt 164
vit_tiny_patch16_224.pth -1
vit_tiny_patch16_224_100.pth 100
vit_b_16.pth -1
vit_b_16_30.pth 30
ViT-B-32.pt -1
deit_small_distilled_patch16_224-649709d9.pth -1
swin_tiny_patch4_window7_224_best.pth -1
swin_base_patch4_window12_384_22kto1k.pth -1
convnext_base_22k_1k_224.pth -1
WRN-28-10_5.pth 5
WRN-28-10.pth -1
wrn28x10_20.pth 20
wide_resnet50_2.pth -1
wide_resnet50_2_6.pth 6
resnext50_32x4d_10.pth 10
lenet5.pt -1
lenet-5.pt -1
lenet5_20.pt 20
vgg16_bn_10.pth 10
efficientnet_b0_10.pt 10
efficientnet-b7.pt -1
mobilenetv3_large_100_5.pth 5
mobilenetv2_100.pth -1
mobilenet_v2_1.0_224.pth -1
shufflenet_v2_x0_5_7.pth 7
squeezenet1_1.pth -1
regnety_032_4.pth 4
yolov5s.pt -1
yolov8n-cls.pt -1
yolo11n-cls_epoch50.pt 50
dino_vitbase8_pretrain_full_checkpoint.pth -1
moco_v2_800ep_pretrain.pth.tar 800
deit_300e.pth 300
200_epochs.pt 200
epochs200_lr0.1_ckpt50.pt 50
epoch12of100.pt 12
epoch_12_of_100.pt 12
max_epochs_200_ckpt_3.pt 3
warmup_epochs5_ckpt_7.pt 7
model-00001-of-00003.safetensors -1
gpt2-124M_1000.pt 1000
llama_7b.pt -1
net12B_3.pt 3
faster_rcnn_r50_fpn_1x_coco_20200130-047c8118.pth -1
2024-05-01_model.pt -1
2024-05-01_12-30-15_model_3.pt 3
20240501_123015_epoch_8.pt 8
20240501123015.pt -1
model_01-05-2024.pt -1
Dec01_12-30-15_host_epoch4.pt 4
model_1714567890.pt -1
3k2j9x1q_epoch_2.pt 2
550e8400-e29b-41d4-a716-446655440000_4.pt 4
a1b2c3d_12.pt 12
net_lr0.1_epoch3.pt 3
epoch_3_batch_400.pt 3
batch128_epoch3.pt 3
epoch_2_ema0.999.pt 2
swa_epoch_19.pt 19
epoch_5 (1).pt 5
epoch_5 copy 2.pt 5
época_4.pt 4
网络_epoch_6.pt 6
m_epoch_99999999999999999999.pt -1
İstanbul_epoch3.pt 3
Ⅻ_٣.pt -1
.pt -1
checkpoint_epoch_0005_loss_0.1234.pth 5
resnet18_cifar100_b128_lr0.1_e160.pt 160
checkpoint.pth.10 10
nets_epoch_10_of_200.pth 10
last_epoch.pt -1
trial2_ckpt_30.pt 30
model_v2.pt -1
model_v2_30.pt 30
VGG16_CIFAR10_ep=150_acc=93.21.pth 150
vgg11_bn-6002323d.pth -1
mobilenet_v3_small-047dcff4.pth -1
regnet_y_400mf-c65dace8.pth -1
vit_b_16-c867db91.pth -1
mlp_depth3_width512_epoch_100.pt 100
MAE_pretrain_vit_base_1600e.pth 1600
clip-ViT-L-14-336.pt -1
checkpoint_17-11-2023_14-30_epoch_9.pt 9
run-20230101_120000-abc12345_epoch7.pt 7
epoch12_top1_76.3_top5_93.pt 12
loss_0.0123_iter_7000.pth 7000
best-epoch=07-val_f1=0.88.ckpt 7
epoch=03-val_loss=0.45-v2.ckpt 3
tiny-imagenet-200_resnet18_45.pth 45
stl10_wrn16-8_100.pt 100
model_1e-3_20.pt 20
tau_0.1_90.pt 90
[epoch 15].pt 15
epoch#15.pt 15
R50-ep100.pth 100
wideresnet28_10_cifar10_199.pt 199
cait_xxs24_224.pth -1
nc_epoch_350_K=4.pt 350
model_dim512_h8_l6_35.pt 35
"""


@pytest.mark.parametrize("line", ALONE.strip().splitlines())
def test_the_epoch_in_a_name_that_stands_alone(line):
    name, _, epoch = line.rpartition(" ")
    assert number_in(name) == (None if epoch == "-1" else int(epoch))


# Several together: what counts up across them is the epoch.
TOGETHER = {
    "metrics count up too": ("resnet_12_93 resnet_13_95 resnet_14_96", (12, 13, 14)),
    "a varying accuracy": ("net_acc91_1 net_acc93_2 net_acc92_3", (1, 2, 3)),
    "two words for it": ("ep300_epoch1 ep300_epoch2", (1, 2)),
    "planned, and done": ("epochs200_ckpt5 epochs200_ckpt10", (5, 10)),
    "steps within one epoch": ("epoch=3-step=400 epoch=3-step=450", (400, 450)),
    "steps across epochs": ("epoch=0-step=40 epoch=1-step=80", (0, 1)),
    "batches of an epoch": ("epoch_3_batch_100 epoch_3_batch_200", (100, 200)),
    "fairseq": ("checkpoint_1_8000 checkpoint_2_16000 checkpoint_3_24000", (1, 2, 3)),
    "fairseq within an epoch": ("checkpoint_1_8000 checkpoint_1_16000", (8000, 16000)),
    "timm": ("checkpoint-0 checkpoint-1 checkpoint-2", (0, 1, 2)),
    "sizes that are epochs": ("resnet_10 resnet_20 resnet_30", (10, 20, 30)),
    "an image's side as epoch": ("vit_160 vit_192 vit_200", (160, 192, 200)),
    "a constant side": ("vit_224_1 vit_224_2", (1, 2)),
    "a word that counts": ("foo7 foo8 foo9", (7, 8, 9)),
    "nanoGPT": ("ckpt_2000 ckpt_4000", (2000, 4000)),
    "Composer": ("ep0-ba100-rank0 ep1-ba200-rank0", (0, 1)),
    "DeepSpeed": (
        "global_step10/mp_rank_00_model_states global_step20/mp_rank_00_model_states",
        (10, 20),
    ),
    "Trainer": ("checkpoint-500/model checkpoint-1000/model", (500, 1000)),
    "accelerate": ("checkpoint_0/model_1 checkpoint_1/model_1", (0, 1)),
    "plain folders": ("100/model 200/model 300/model", (100, 200, 300)),
    "an epoch a folder": ("epoch_1/weights epoch_2/weights epoch_10/weights", (1, 2, 10)),
    "the best beside all": ("epoch_1 epoch_2 best_epoch_3", (1, 2, 3)),
    "the final one": ("model_0004999 model_0009999 model_final", (4999, 9999, None)),
    "another form": ("epoch_1 epoch_2 ckpt_7", (1, 2, 7)),
    "steps beside epochs": ("epoch_1 epoch_2 step_500", (1, 2, None)),
    "weights and losses": ("w.01-2.30 w.02-1.95 w.03-1.71", (1, 2, 3)),
    "losses first": ("loss0.3_5 loss0.2_6 loss0.1_7", (5, 6, 7)),
    "lr decays": ("lr0.1_e1 lr0.01_e2 lr0.001_e3", (1, 2, 3)),
    "padded": ("0001 0002 0010", (1, 2, 10)),
    "hashes": ("1-a1b2c3d4 2-0f1e2d3c 3-12ab34cd", (1, 2, 3)),
    "dates": ("2024-05-01_1 2024-05-02_2 2024-05-03_3", (1, 2, 3)),
    "seeds alone are none": ("seed1 seed2 seed3", (None, None, None)),
    "nor folds": ("fold_1_best fold_2_best", (None, None)),
    "nor networks": ("resnet18 resnet34 resnet50", (None, None, None)),
    "nor networks apart": ("resnet-18 resnet-34 resnet-50", (None, None, None)),
    "nor accuracies": ("best_acc_91 best_acc_93", (None, None)),
    "nor shards": ("model-00001-of-00002 model-00002-of-00002", (None, None)),
    "networks at one epoch": ("mlp3_200 mlp4_200", (200, 200)),
    "fractions": ("epoch_0.0 epoch_0.5 epoch_1.0", (0, 0.5, 1)),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_the_epoch_in_names_that_stand_together(case):
    names, epochs = TOGETHER[case]
    paths = [Path(f"{name}.pt") for name in names.split()]
    for given in (paths, paths[::-1]):
        assert tuple(by_names(given).values[path] for path in paths) == epochs


def test_steps_are_told_from_epochs():
    assert by_names([Path("iter_10.pt"), Path("iter_20.pt")]).unit == "step"
    assert by_names([Path("e1_step9.pt"), Path("e2_step8.pt")]).unit == "epoch"


@pytest.mark.parametrize(
    ("pattern", "name", "number"),
    [
        ("net_{epoch}_*.pt", "net_3_s7.pt", 3),
        ("s*_{epoch}", "net_3_s7_12.pt", 12),
        ("run{epoch}/best", "run12/best.pt", 12),
        ("e{}.pt", "e0.5.pt", 0.5),
        ("v{epoch}-?", "v12-a.pt", 12),
        ("v{epoch}", "none.pt", None),
        ("({epoch})", "net(4).pt", 4),
    ],
)
def test_a_pattern_says_where_the_number_stands(pattern, name, number):
    assert by_pattern([Path(name)], pattern).values[Path(name)] == number


@pytest.mark.parametrize("pattern", ["net_*.pt", "{epoch}_{epoch}", "{epoch}_{step}", "{loss}"])
def test_a_pattern_without_its_number_is_refused(pattern):
    with pytest.raises(UserError, match=r"write \{epoch\} once"):
        by_pattern([], pattern)
