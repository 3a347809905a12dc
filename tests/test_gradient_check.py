"""Numerical gradients: right in float64, x put back exactly, wrong input named."""

from types import SimpleNamespace

import numpy as np
import pytest

from cs231n.gradient_check import (
    eval_numerical_gradient,
    eval_numerical_gradient_array,
    eval_numerical_gradient_blobs,
    eval_numerical_gradient_net,
    grad_check_sparse,
    rel_error,
)

SHAPES = [(), (1,), (5,), (2, 3), (2, 1, 3)]


def point(shape):
    return np.array(np.random.default_rng(0).standard_normal(shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient_of_a_number(shape):
    x = point(shape)
    before = x.copy()
    grad = eval_numerical_gradient(lambda a: np.sum(np.sin(a)), x, verbose=False)
    assert grad.shape == shape and grad.dtype == np.float64
    np.testing.assert_allclose(grad, np.cos(x), atol=1e-9)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient_of_an_array(shape):
    x, df = point(shape), 3 * point(shape)
    grad = eval_numerical_gradient_array(np.tanh, x, df)
    np.testing.assert_allclose(grad, df * (1 - np.tanh(x) ** 2), atol=1e-9)


def test_gradient_sums_over_all_outputs():
    A, x, df = point((4, 3)), point((3, 2)), point((4, 2))
    np.testing.assert_allclose(eval_numerical_gradient_array(A.dot, x, df), A.T @ df, atol=1e-9)


def test_x_may_be_a_strided_view():
    x = point((4, 6))
    view = x.T[::2]
    grad = eval_numerical_gradient(lambda _: np.sum(x**2), view, verbose=False)
    np.testing.assert_allclose(grad, 2 * view, atol=1e-9)


def test_functions_may_ignore_their_argument_and_reuse_their_output():
    x, buffer = point((3,)), np.zeros(3)
    grad = eval_numerical_gradient_array(lambda _: np.multiply(x, x, out=buffer), x, np.ones(3))
    np.testing.assert_allclose(grad, 2 * x, atol=1e-9)


@pytest.mark.parametrize("evaluate", [
    lambda f, x: eval_numerical_gradient(f, x, verbose=False),
    lambda f, x: eval_numerical_gradient_array(f, x, 1.0),
    lambda f, x: grad_check_sparse(f, x, np.zeros_like(x)),
])
def test_x_is_put_back_when_f_raises(evaluate):
    x = point((3,))
    before = x.copy()

    def f(a):
        if (a < before).any():
            raise ZeroDivisionError
        return a.sum()

    with pytest.raises(ZeroDivisionError):
        evaluate(f, x)
    np.testing.assert_array_equal(x, before)


def test_verbose_prints_each_entry(capsys):
    eval_numerical_gradient(lambda a: a.sum(), np.zeros((1, 2)))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].startswith("(0, 1) ")


def test_step_is_used():
    x = np.array([1.0])
    assert eval_numerical_gradient(lambda a: a[0] ** 3, x, verbose=False, h=0.1)[0] == pytest.approx(3 + 0.1**2)


def blob(vals):
    return SimpleNamespace(vals=vals, diffs=np.zeros_like(vals))


def test_blobs_and_net():
    a, b, out = blob(point((2, 3))), blob(point((3,))), blob(np.zeros((2, 3)))
    out.diffs = np.arange(6.0).reshape(2, 3)

    def multiply(a, b, out):
        out.vals[...] = a.vals * b.vals

    expected = [out.diffs * b.vals, (out.diffs * a.vals).sum(axis=0)]
    net = SimpleNamespace(forward=lambda: multiply(a, b, out))
    for grads in eval_numerical_gradient_blobs(multiply, (a, b), out), eval_numerical_gradient_net(net, (a, b), out):
        for grad, right in zip(grads, expected, strict=True):
            np.testing.assert_allclose(grad, right, atol=1e-9)


def test_sparse_check_prints_the_courses_lines(capsys):
    np.random.seed(0)
    x = point((3, 4))
    before = x.copy()
    grad_check_sparse(lambda a: np.sum(a**2), x, 2 * x, num_checks=3)
    lines = capsys.readouterr().out.splitlines()
    np.random.seed(0)
    assert len(lines) == 3
    for line in lines:
        value = 2 * x[np.random.randint(3), np.random.randint(4)]
        assert line.startswith(f"numerical: {value:f} analytic: {value:f}, relative error: ")
        assert float(line.split()[-1]) < 1e-8
    np.testing.assert_array_equal(x, before)


def test_sparse_check_shows_a_wrong_gradient(capsys):
    x = np.full((2, 2), 3.0)
    grad_check_sparse(lambda a: np.sum(a**2), x, 1.1 * 2 * x, num_checks=1)
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(0.1 / 2.1, rel=1e-6)


def test_sparse_check_of_a_zero_gradient_is_no_error(capsys):
    grad_check_sparse(lambda a: 1.0, np.ones(3), np.zeros(3), num_checks=1)
    assert capsys.readouterr().out == "numerical: 0.000000 analytic: 0.000000, relative error: 0.000000e+00\n"


@pytest.mark.parametrize("x, y, expected", [
    ([1.0, 2.0], [1.0, 2.0], 0.0),
    ([1.0, 2.0], [1.0, 3.0], 0.2),
    ([1.0], [-1.0], 1.0),
    ([1e-9], [0.0], 0.1),  # below 1e-8 the error is absolute
    (np.uint8([1]), np.uint8([3]), 0.5),
    (2.0, 2.0, 0.0),
])
def test_rel_error(x, y, expected):
    assert rel_error(x, y) == pytest.approx(expected)


def test_rel_error_of_nan_is_nan():
    assert np.isnan(rel_error([np.nan, 1.0], [1.0, 1.0]))


@pytest.mark.parametrize("x, y", [(np.zeros((2, 3)), np.zeros(3)), (np.zeros((1, 2)), np.zeros((2, 1))), ([], [])])
def test_rel_error_refuses_to_broadcast(x, y):
    with pytest.raises(ValueError, match="x and y must have the same non-empty shape"):
        rel_error(x, y)


@pytest.mark.parametrize("evaluate", [
    lambda x, h=1e-5: eval_numerical_gradient(np.sum, x, verbose=False, h=h),
    lambda x, h=1e-5: eval_numerical_gradient_array(np.abs, x, np.ones(3), h=h),
    lambda x, h=1e-5: grad_check_sparse(np.sum, x, np.ones(3), h=h),
])
def test_x_must_be_float64_and_h_positive(evaluate):
    for x in np.ones(3, np.float32), np.ones(3, int), [1.0, 1.0, 1.0]:
        with pytest.raises(ValueError, match="x must be a float64 array"):
            evaluate(x)
    for h in 0, -1e-5, np.nan:
        with pytest.raises(ValueError, match="h must be positive"):
            evaluate(np.ones(3), h)


def test_other_wrong_input():
    x = np.ones(3)
    with pytest.raises(ValueError, match=r"f must return one number, got an array of shape \(3,\)"):
        eval_numerical_gradient(np.abs, x)
    with pytest.raises(ValueError, match=r"df must have the shape of f\(x\), \(3,\), got \(2,\)"):
        eval_numerical_gradient_array(np.abs, x, np.ones(2))
    with pytest.raises(ValueError, match="analytic_grad must have the shape of x"):
        grad_check_sparse(np.sum, x, np.ones((3, 1)))
    with pytest.raises(ValueError, match="num_checks must be an integer, 1 or more"):
        grad_check_sparse(np.sum, x, x, num_checks=0)
