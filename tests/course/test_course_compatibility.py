"""A CS231n notebook that somebody has on their disk runs against this package unchanged.

That takes the names which the course's notebooks import and the signatures which they call: these are tested here. The
course of 2018 counts where years differ. Printed lines and expected numbers are tested with each module (`test_solver`,
`test_networks` ...), and all together in notebooks of the course's shape, which `test_link` runs in a folder of its
layout.
"""
import importlib
import inspect

import numpy as np
import pytest

# Import lines of the course's notebooks, each with what the notebook goes on to use from it.
IMPORTS = {
    "knn": [
        ("from cs231n.data_utils import load_CIFAR10", "load_CIFAR10"),
        ("from cs231n.classifiers import KNearestNeighbor", "KNearestNeighbor"),
    ],
    "svm": [
        ("from cs231n.classifiers.linear_svm import svm_loss_naive", "svm_loss_naive"),
        ("from cs231n.classifiers.linear_svm import svm_loss_vectorized", "svm_loss_vectorized"),
        ("from cs231n.gradient_check import grad_check_sparse", "grad_check_sparse"),
        ("from cs231n.classifiers import LinearSVM", "LinearSVM"),
    ],
    "softmax": [
        ("from cs231n.classifiers.softmax import softmax_loss_naive", "softmax_loss_naive"),
        ("from cs231n.classifiers.softmax import softmax_loss_vectorized", "softmax_loss_vectorized"),
        ("from cs231n.classifiers import Softmax", "Softmax"),
    ],
    "two_layer_net": [
        ("from cs231n.classifiers.neural_net import TwoLayerNet", "TwoLayerNet"),
        ("from cs231n.gradient_check import eval_numerical_gradient", "eval_numerical_gradient"),
        ("from cs231n.vis_utils import visualize_grid", "visualize_grid"),
    ],
    "features": [
        ("from cs231n.features import color_histogram_hsv, hog_feature", "color_histogram_hsv hog_feature"),
        ("from cs231n.features import *", "extract_features hog_feature color_histogram_hsv"),
        ("from cs231n.classifiers.linear_classifier import LinearSVM", "LinearSVM"),
    ],
    "FullyConnectedNets": [
        ("from cs231n.classifiers.fc_net import *", """
            affine_forward affine_backward relu_forward relu_backward affine_relu_forward affine_relu_backward svm_loss
            softmax_loss TwoLayerNet FullyConnectedNet"""),
        ("from cs231n.data_utils import get_CIFAR10_data", "get_CIFAR10_data"),
        ("from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array", ""),
        ("from cs231n.solver import Solver", "Solver"),
        ("from cs231n.layer_utils import affine_relu_forward, affine_relu_backward", ""),
        ("from cs231n.optim import sgd_momentum", "sgd_momentum"),
        ("from cs231n.optim import rmsprop", "rmsprop"),
        ("from cs231n.optim import adam", "adam"),
    ],
    "BatchNormalization": [
        ("from cs231n.classifiers.fc_net import *", """
            batchnorm_forward batchnorm_backward batchnorm_backward_alt layernorm_forward layernorm_backward
            FullyConnectedNet"""),
    ],
    "Dropout": [("from cs231n.classifiers.fc_net import *", "dropout_forward dropout_backward FullyConnectedNet")],
    "ConvolutionalNetworks": [
        ("from cs231n.classifiers.cnn import *", "ThreeLayerConvNet"),
        ("from cs231n.layers import *", """
            conv_forward_naive conv_backward_naive max_pool_forward_naive max_pool_backward_naive
            spatial_batchnorm_forward spatial_batchnorm_backward spatial_groupnorm_forward
            spatial_groupnorm_backward"""),
        ("from cs231n.fast_layers import *", "conv_forward_fast max_pool_backward_fast"),
        ("from cs231n.fast_layers import conv_forward_fast, conv_backward_fast", ""),
        ("from cs231n.fast_layers import max_pool_forward_fast, max_pool_backward_fast", ""),
        ("from cs231n.layer_utils import conv_relu_pool_forward, conv_relu_pool_backward", ""),
        ("from cs231n.layer_utils import conv_relu_forward, conv_relu_backward", ""),
    ],
    "RNN_Captioning": [
        ("from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array", ""),
        ("from cs231n.rnn_layers import *", """
            rnn_step_forward rnn_step_backward rnn_forward rnn_backward word_embedding_forward word_embedding_backward
            temporal_affine_forward temporal_affine_backward temporal_softmax_loss sigmoid lstm_step_forward
            lstm_step_backward lstm_forward lstm_backward"""),
        ("from cs231n.captioning_solver import CaptioningSolver", "CaptioningSolver"),
        ("from cs231n.classifiers.rnn import CaptioningRNN", "CaptioningRNN"),
        ("from cs231n.coco_utils import load_coco_data, sample_coco_minibatch, decode_captions",
         "load_coco_data sample_coco_minibatch decode_captions"),
        ("from cs231n.image_utils import image_from_url", "image_from_url"),
    ],
    "NetworkVisualization": [
        ("from cs231n.image_utils import SQUEEZENET_MEAN, SQUEEZENET_STD", ""),
        ("from cs231n.data_utils import load_imagenet_val", "load_imagenet_val"),
        ("from cs231n.data_utils import load_tiny_imagenet, load_models", "load_tiny_imagenet load_models"),
        ("from cs231n.classifiers.squeezenet import SqueezeNet", "SqueezeNet"),
        ("from cs231n.classifiers.pretrained_cnn import PretrainedCNN", "PretrainedCNN"),
        ("from cs231n.image_utils import image_from_url, preprocess_image, deprocess_image, blur_image", "blur_image"),
    ],
    "StyleTransfer": [
        ("from cs231n.image_utils import load_image, preprocess_image, deprocess_image", "load_image"),
    ],
}

# Signatures of the course's modules; methods without self. More arguments may follow here if they have defaults.
SIGNATURES = {
    "data_utils": """
        load_pickle(f)
        load_CIFAR_batch(filename)
        load_CIFAR10(ROOT)
        get_CIFAR10_data(num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True)
        load_tiny_imagenet(path, dtype=np.float32, subtract_mean=True)
        load_models(models_dir)
        load_imagenet_val(num=None)""",
    "gradient_check": """
        eval_numerical_gradient(f, x, verbose=True, h=1e-5)
        eval_numerical_gradient_array(f, x, df, h=1e-5)
        eval_numerical_gradient_blobs(f, inputs, output, h=1e-5)
        eval_numerical_gradient_net(net, inputs, output, h=1e-5)
        grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5)""",
    "vis_utils": """
        visualize_grid(Xs, ubound=255.0, padding=1)
        vis_grid(Xs)
        vis_nn(rows)""",
    "features": """
        extract_features(imgs, feature_fns, verbose=False)
        rgb2gray(rgb)
        hog_feature(im)
        color_histogram_hsv(im, nbin=10, xmin=0, xmax=255, normalized=True)""",
    "classifiers.k_nearest_neighbor": """
        KNearestNeighbor()
        KNearestNeighbor.train(X, y)
        KNearestNeighbor.predict(X, k=1, num_loops=0)
        KNearestNeighbor.compute_distances_two_loops(X)
        KNearestNeighbor.compute_distances_one_loop(X)
        KNearestNeighbor.compute_distances_no_loops(X)
        KNearestNeighbor.predict_labels(dists, k=1)""",
    "classifiers.linear_svm": """
        svm_loss_naive(W, X, y, reg)
        svm_loss_vectorized(W, X, y, reg)""",
    "classifiers.softmax": """
        softmax_loss_naive(W, X, y, reg)
        softmax_loss_vectorized(W, X, y, reg)""",
    "classifiers.linear_classifier": """
        LinearClassifier()
        LinearClassifier.train(X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False)
        LinearClassifier.predict(X)
        LinearClassifier.loss(X_batch, y_batch, reg)
        LinearSVM.loss(X_batch, y_batch, reg)
        Softmax.loss(X_batch, y_batch, reg)""",
    "classifiers.neural_net": """
        TwoLayerNet(input_size, hidden_size, output_size, std=1e-4)
        TwoLayerNet.loss(X, y=None, reg=0.0)
        TwoLayerNet.train(X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,\
 batch_size=200, verbose=False)
        TwoLayerNet.predict(X)""",
    "layers": """
        affine_forward(x, w, b)
        affine_backward(dout, cache)
        relu_forward(x)
        relu_backward(dout, cache)
        batchnorm_forward(x, gamma, beta, bn_param)
        batchnorm_backward(dout, cache)
        batchnorm_backward_alt(dout, cache)
        layernorm_forward(x, gamma, beta, ln_param)
        layernorm_backward(dout, cache)
        dropout_forward(x, dropout_param)
        dropout_backward(dout, cache)
        conv_forward_naive(x, w, b, conv_param)
        conv_backward_naive(dout, cache)
        max_pool_forward_naive(x, pool_param)
        max_pool_backward_naive(dout, cache)
        spatial_batchnorm_forward(x, gamma, beta, bn_param)
        spatial_batchnorm_backward(dout, cache)
        spatial_groupnorm_forward(x, gamma, beta, G, gn_param)
        spatial_groupnorm_backward(dout, cache)
        svm_loss(x, y)
        softmax_loss(x, y)""",
    "layer_utils": """
        affine_relu_forward(x, w, b)
        affine_relu_backward(dout, cache)
        affine_bn_relu_forward(x, w, b, gamma, beta, bn_param)
        affine_bn_relu_backward(dout, cache)
        affine_ln_relu_forward(x, w, b, gamma, beta, ln_param)
        affine_ln_relu_backward(dout, cache)
        conv_relu_forward(x, w, b, conv_param)
        conv_relu_backward(dout, cache)
        conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param)
        conv_bn_relu_backward(dout, cache)
        conv_relu_pool_forward(x, w, b, conv_param, pool_param)
        conv_relu_pool_backward(dout, cache)""",
    "fast_layers": """
        conv_forward_fast(x, w, b, conv_param)
        conv_backward_fast(dout, cache)
        conv_forward_im2col(x, w, b, conv_param)
        conv_backward_im2col(dout, cache)
        conv_forward_strides(x, w, b, conv_param)
        conv_backward_strides(dout, cache)
        max_pool_forward_fast(x, pool_param)
        max_pool_backward_fast(dout, cache)
        max_pool_forward_reshape(x, pool_param)
        max_pool_backward_reshape(dout, cache)
        max_pool_forward_im2col(x, pool_param)
        max_pool_backward_im2col(dout, cache)""",
    "im2col": """
        get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1)
        im2col_indices(x, field_height, field_width, padding=1, stride=1)
        col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1)""",
    "im2col_cython": """
        im2col_cython(x, field_height, field_width, padding, stride)
        col2im_cython(cols, N, C, H, W, field_height, field_width, padding, stride)
        col2im_6d_cython(cols, N, C, H, W, HH, WW, pad, stride)""",
    "optim": """
        sgd(w, dw, config=None)
        sgd_momentum(w, dw, config=None)
        rmsprop(w, dw, config=None)
        adam(w, dw, config=None)""",
    "classifiers.fc_net": """
        TwoLayerNet(input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0)
        TwoLayerNet.loss(X, y=None)
        FullyConnectedNet(hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,\
 weight_scale=1e-2, dtype=np.float32, seed=None)
        FullyConnectedNet.loss(X, y=None)""",
    "classifiers.cnn": """
        ThreeLayerConvNet(input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,\
 weight_scale=1e-3, reg=0.0, dtype=np.float32)
        ThreeLayerConvNet.loss(X, y=None)""",
    "rnn_layers": """
        rnn_step_forward(x, prev_h, Wx, Wh, b)
        rnn_step_backward(dnext_h, cache)
        rnn_forward(x, h0, Wx, Wh, b)
        rnn_backward(dh, cache)
        word_embedding_forward(x, W)
        word_embedding_backward(dout, cache)
        sigmoid(x)
        lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
        lstm_step_backward(dnext_h, dnext_c, cache)
        lstm_forward(x, h0, Wx, Wh, b)
        lstm_backward(dh, cache)
        temporal_affine_forward(x, w, b)
        temporal_affine_backward(dout, cache)
        temporal_softmax_loss(x, y, mask, verbose=False)""",
    "classifiers.rnn": """
        CaptioningRNN(word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type='rnn', dtype=np.float32)
        CaptioningRNN.loss(features, captions)
        CaptioningRNN.sample(features, max_length=30)""",
    # The course's default of base_dir is a path below the notebook's folder; None finds the same data from anywhere.
    "coco_utils": """
        load_coco_data(base_dir=None, max_train=None, pca_features=True)
        decode_captions(captions, idx_to_word)
        sample_coco_minibatch(data, batch_size=100, split='train')""",
    "captioning_solver": """
        CaptioningSolver(model, data, *, update_rule='sgd', optim_config=None, lr_decay=1.0, batch_size=100,\
 num_epochs=10, print_every=10, verbose=True)
        CaptioningSolver.train()""",
    "image_utils": """
        image_from_url(url)
        blur_image(X)
        preprocess_image(img)
        deprocess_image(img, rescale=False)
        load_image(filename, size=None)""",
    # What the notebooks of assignment 3 define themselves, and the course's modules of 2020.
    "visualization.net_visualization": """
        compute_saliency_maps(X, y, model)
        make_fooling_image(X, target_y, model)""",
    "visualization.style_transfer": """
        content_loss(content_weight, content_current, content_original)
        gram_matrix(features, normalize=True)
        style_loss(feats, style_layers, style_targets, style_weights)
        tv_loss(img, tv_weight)""",
    "generative.gan.networks": """
        sample_noise(batch_size, dim)
        discriminator()
        generator(noise_dim=96)
        build_dc_classifier()
        build_dc_generator(noise_dim=96)""",
    "generative.gan.losses": """
        discriminator_loss(logits_real, logits_fake)
        generator_loss(logits_fake)
        ls_discriminator_loss(scores_real, scores_fake)
        ls_generator_loss(scores_fake)""",
    # The settings are keywords in the course, too; its default of optim_config, {}, is None here, which means the same.
    "solver": """
        Solver(model, data, *, update_rule='sgd', optim_config=None, lr_decay=1.0, batch_size=100, num_epochs=10,\
 print_every=10, verbose=True, num_train_samples=1000, num_val_samples=None, checkpoint_name=None)
        Solver.train()
        Solver.check_accuracy(X, y, num_samples=None, batch_size=100)""",
}
CASES = [(module, line.strip()) for module, lines in SIGNATURES.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize("notebook, line, names", [(n, *line) for n, lines in IMPORTS.items() for line in lines])
def test_import_lines(notebook, line, names):
    space = {}
    exec(line, space)
    assert [name for name in names.split() if not callable(space.get(name))] == []


@pytest.mark.parametrize("module, wanted", CASES, ids=[f"{module}.{line.partition('(')[0]}" for module, line in CASES])
def test_signatures(module, wanted):
    if module == "im2col_cython":
        pytest.importorskip("cs231n.im2col_cython", reason="the extension is not built here", exc_type=ImportError)
    name, _, arguments = wanted.partition("(")
    space = {"np": np}
    exec(f"def wanted({arguments}: pass", space)
    found = importlib.import_module(f"cs231n.{module}")
    for part in name.split("."):
        found = getattr(found, part)
    parameters = list(inspect.signature(found).parameters.values())
    if "." in name:
        assert parameters.pop(0).name == "self"
    course = list(inspect.signature(space["wanted"]).parameters.values())
    ours, more = parameters[:len(course)], parameters[len(course):]
    assert [p.name for p in ours] == [p.name for p in course]
    assert all(p.kind == q.kind or p.kind == p.POSITIONAL_OR_KEYWORD for p, q in zip(ours, course))
    # Ours may have a default where the course's has none.
    assert [q.default for p, q in zip(course, ours) if p.default is not p.empty] == [
        p.default for p in course if p.default is not p.empty
    ]
    assert all(p.default is not p.empty or p.kind == p.VAR_KEYWORD for p in more)
