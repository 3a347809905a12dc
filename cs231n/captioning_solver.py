"""Train a captioning model: minibatches of captions with the features of their images.

    solver = CaptioningSolver(model, data, update_rule="adam", optim_config={"learning_rate": 5e-3}, num_epochs=50)
    solver.train()
"""
from cs231n.data.coco import sample_coco_minibatch
from cs231n.training.loop import BaseSolver
from cs231n.validation import check_array, check_finite, check_whole, describe


class CaptioningSolver(BaseSolver):
    """Train a model such as `CaptioningRNN` by stochastic gradient descent with any update rule of `optim`.

    Parameters
    ----------
    model : object
        With a dictionary `params` of arrays, and ``loss(features, captions)``, which returns the loss and a dictionary
        of its gradients.
    data : dict
        What `coco_utils.load_coco_data` returns; of it train_captions, train_image_idxs, train_features and train_urls.
    update_rule, optim_config, lr_decay, lr_schedule, clip_norm
    num_epochs, print_every, verbose, progress, checkpoint_name
        As in `Solver`. `clip_norm` keeps the gradients of long captions from exploding.
    batch_size : int
        Captions of a minibatch, drawn without regard to the images; an epoch has ``max(captions // batch_size, 1)``.

    Attributes
    ----------
    loss_history : list of float
        Minibatch loss of each iteration.

    Raises
    ------
    ValueError
        If a keyword is unknown or a setting or the data do not fit.
    """

    SETTINGS = ("update_rule", "optim_config", "lr_decay", "batch_size", "num_epochs", "print_every", "verbose",
                "checkpoint_name", "lr_schedule", "clip_norm", "progress")

    @property
    def _num_train(self):
        return len(self.data["train_captions"])

    def _minibatch(self):
        captions, features, _ = sample_coco_minibatch(self.data, self.batch_size, split="train")
        return features, captions

    def _take_data(self, data):
        _check_data(data)
        self.data = data

    def _data_shapes(self):
        return self.data["train_captions"].shape, self.data["train_features"].shape


def _check_data(data):
    """Raise unless there are captions, an image for each, and features for each image."""
    if not isinstance(data, dict):
        raise ValueError(f"data must be the dictionary of load_coco_data, got {describe(data)}")
    captions, image_idxs, features = (data.get(f"train_{name}") for name in ("captions", "image_idxs", "features"))
    check_array(captions, "data['train_captions']", ("N", "T"))
    check_array(features, "data['train_features']", ("images", "D"))
    check_array(image_idxs, "data['train_image_idxs']", (len(captions),))
    check_whole(image_idxs, "data['train_image_idxs']", len(features), "images")
    check_finite(features, "data['train_features']")
    if len(data.get("train_urls", ())) != len(features):
        raise ValueError("data['train_urls'] must have an address for each of the "
                         f"{len(features)} rows of data['train_features'], got {describe(data.get('train_urls'))}")
