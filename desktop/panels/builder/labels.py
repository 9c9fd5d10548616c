"""What the inputs of the builder call the values of the document."""

from __future__ import annotations

from engine.document.initialisation import SCHEMES

REBUILDS = "Rebuilds the network at iteration 0."
KEEPS = "Keeps the weights and the iteration."

SCHEME_LABELS = {
    "torch_default": "torch default",
    "xavier_uniform": "Xavier, uniform",
    "xavier_normal": "Xavier, normal",
    "he_uniform": "He, uniform",
    "he_normal": "He, normal",
    "lecun_normal": "LeCun, normal",
    "orthogonal": "orthogonal",
    "identity": "identity",
    "normal": "normal N(0, σ²)",
    "uniform": "uniform ± bound",
    "zeros": "zeros",
}
SCHEME_CHOICES = [(name, SCHEME_LABELS[name]) for name in SCHEMES]
OPTIMISER_LABELS = {
    "sgd": "SGD",
    "nesterov": "Nesterov",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
TASK_LABELS = {
    "insurance": "Insurance",
    "spirals": "Two spirals",
    "digits": "Digits 8 × 8",
    "csv": "Your own table",
    "adding": "Adding problem",
    "recall": "Recall after a pause",
    "sequential_digits": "Sequential digits",
    "series": "Time series",
    "autocomplete": "Autocomplete",
    "chatbot": "Chatbot",
    "text": "Your own text",
}
VECTOR_TASKS = ("insurance", "spirals", "digits", "csv")
SEQUENCE_TASKS = (
    "autocomplete",
    "chatbot",
    "adding",
    "recall",
    "sequential_digits",
    "series",
    "text",
)
