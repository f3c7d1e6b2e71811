"""Words in the names of checkpoints that say what a number beside them is."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EPOCH = _words("epoch epochs ep eps_ e epo epc epoche epoca época époque")
STEP = _words(
    "step steps globalstep gs stp iter iters iteration iterations it itr itrs update updates "
    "upd ba nimg kimg tick ticks t training"
)
SAVED = _words("checkpoint checkpoints ckpt ckpts chkpt chkp chk cp cpt snapshot snap save saved")
NOUNS = SAVED | _words(
    "model models mdl weight weights wts net network netg netd state params param best last latest "
    "final recovery dict backbone encoder decoder classifier student teacher module trained torch "
    "pytorch states"
)
# Of these the number is never the epoch, however it varies.
METRICS = _words(
    "acc accuracy loss losses val valid validation test err error errors f f1 auc auroc roc map "
    "ap miou iou dice psnr ssim fid is score scores ppl perplexity bleu rouge wer cer nll ce bce "
    "mse mae rmse kappa precision recall prec metric metrics reward return lpips top r2 eer hit "
    "hits ndcg mrr trainloss valloss testloss valacc testacc trainacc bestacc"
)
SETTINGS = _words(
    "lr wd bs batch batchsize seed seeds rs sz size img image imgsz imgsize dim dims width depth "
    "layer layers lay head heads hidden hid nhid fold folds cv run runs trial exp expt experiment "
    "try attempt version ver v rev rank ranks gpu gpus node worker workers rep reps repeat split "
    "part shard shards of stage phase task tasks class classes cls nclass ncls drop dropout dp mom "
    "momentum beta alpha gamma lambda lam temp tau eps epsilon rho ema decay warmup patch window "
    "win res resolution px crop crops view views aug mixup cutmix ls smooth smoothing sd noise "
    "keep mp tp pp zero world imb ratio ir margin scale clip freq every interval patience shot way "
    "num max min total nb n_ k_ group id job pid level index idx accum copy lora bits bit fp int "
    "port date time hz day month year week quant q"
)
COUNTERS = _words("seed fold run stage rank trial rep split part")  # whole: 'stage1.12' is two
PROGRESS, UNCOUNTED = EPOCH | STEP, METRICS | SETTINGS
KNOWN = PROGRESS | UNCOUNTED | NOUNS
RANKED = _words("top prec acc recall ap map hit hits")  # 'top1_76'
OF_A_PLAN = _words("max total num planned budget of n")
NO_PROGRESS = _words("warmup every per save log eval each drop decay milestone")
