"""Every claim about a recurrent network computed again by plain autograd, sharing no engine code.

Reads what `--dump` writes (gt-dump/1, kind "rnn"): a dict of JSON entries and a dict of arrays.
"""

from __future__ import annotations

import torch


class Unrolled:
    """The network of a dump as one autograd graph, every state a node of its own."""

    def __init__(self, entries, arrays, truncation=0):
        self.entries, self.truncation = entries, truncation
        self.weights = {
            name: torch.from_numpy(value.copy()).requires_grad_()
            for name, value in arrays.items()
            if value.dtype.kind == "f" and not name.startswith("claim/") and name not in "xy"
        }
        self.y = torch.from_numpy(arrays["y"].copy())
        if "tokens" in arrays:
            rows = self.weights["emb"][torch.from_numpy(arrays["tokens"].copy())]
        else:
            rows = torch.from_numpy(arrays["x"].copy()).to(self.weights["W.out"].dtype)
            rows.requires_grad_()
        self.x = [self._node(rows[:, t]) for t in range(rows.shape[1])]
        self.h, self.c, self.carried, self.forget = [], [], [], []
        seen = self.x
        for layer in range(entries["layers"]):
            seen = self._run(layer, seen)
        self.loss, self.last_loss = self._losses(seen)

    @staticmethod
    def _node(tensor):
        tensor = tensor.clone()
        tensor.retain_grad()
        return tensor

    def _gate(self, name, pre):
        forced = self.entries["gate_overrides"].get(name)
        value = torch.sigmoid(pre)
        if forced is None:
            return value
        return torch.zeros_like(value) + forced

    def advance(self, layer, x, h, c):
        """One time step: (h_t, c_t, f_t)."""
        w = {n: self.weights[f"{n}_l{layer}"] for n in ("weight_ih", "weight_hh")}
        b = [self.weights[f"bias_{n}_l{layer}"] for n in ("ih", "hh")]
        seen = h.detach() if self.entries["cut_h_to_gates"] else h
        from_x, from_h = x @ w["weight_ih"].T + b[0], seen @ w["weight_hh"].T + b[1]
        if self.entries["cell"] == "rnn":
            pre = from_x + from_h
            activations = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}
            return activations[self.entries["activation"]](pre), None, None
        if self.entries["cell"] == "gru":
            xr, xz, xn = from_x.chunk(3, -1)
            hr, hz, hn = from_h.chunk(3, -1)
            r, z = self._gate("reset", xr + hr), self._gate("update", xz + hz)
            n = torch.tanh(xn + r * hn)
            return (1 - z) * n + z * h, None, None
        i, f, g, o = (from_x + from_h).chunk(4, -1)
        i, f, o = self._gate("input", i), self._gate("forget", f), self._gate("output", o)
        c = f * c + i * torch.tanh(g)
        return (o, c, f)

    def _run(self, layer, inputs):
        size = (inputs[0].shape[0], self.entries["hidden"])
        h = c = inputs[0].new_zeros(size)
        states, cells, carried, forget = [], [], [], []
        for t, x in enumerate(inputs, start=1):
            h, c, f = self.advance(layer, x, h, c)
            if f is not None:
                c = self._node(c)
                cells.append(c)
                forget.append(f.detach())
                h = h * torch.tanh(c)
                c = self._node(c)
                carried.append(c)
            h = self._node(h)
            states.append(h)
            if self.truncation and t % self.truncation == 0:
                h = h.detach()
                c = None if c is None else c.detach()
        self.h.append(states)
        self.c.append(cells)
        self.carried.append(carried)
        self.forget.append(forget)
        return states

    def _losses(self, states):
        weight, bias = self.weights["W.out"], self.weights["b.out"]
        readout = self.entries["readout"]
        if readout == "last":
            loss = self.list_losses(states[-1] @ weight.T + bias, self.y).mean()
            return loss, loss
        if readout == "mean_h":
            loss = self.list_losses(sum(states) / len(states) @ weight.T + bias, self.y).mean()
            return loss, None
        outputs = torch.stack([h @ weight.T + bias for h in states], 1)
        each = self.list_losses(outputs, self.y)
        return each.mean(), each[:, -1].sum() / each.numel()

    def list_losses(self, output, y):
        match self.entries["loss"]:
            case "mse":
                return (output - y.to(output.dtype)) ** 2
            case "ce":
                flat = output.flatten(0, -2)
                return torch.nn.functional.cross_entropy(flat, y.flatten(), reduction="none").view(
                    y.shape
                )

    def compute_claims(self):
        """All claims but jac_sv, as a dict of float64 arrays."""
        layers = self.entries["layers"]
        claims = {"loss": self.loss.detach().double().numpy()}
        if self.last_loss is not None:
            self._clear()
            self.last_loss.backward(retain_graph=True)
            for k in range(layers):
                claims["g_hT" + self._suffix(k)] = self.measure_norms(self.h[k])
        self._clear()
        self.loss.backward(retain_graph=True)
        claims["g_x"] = self.measure_norms(self.x)
        for name in ("Whh", "Wih"):
            full = f"weight_{name[1:]}_l"
            claims[f"g_{name}"] = self.measure_norms(
                [self.weights[f"{full}{k}"] for k in range(layers)]
            )
        for k in range(layers):
            suffix = self._suffix(k)
            claims["g_h" + suffix] = self.measure_norms(self.h[k])
            if self.entries["cell"] == "lstm":
                claims["g_c" + suffix] = self.measure_norms(self.c[k])
                claims["g_c_carry" + suffix] = self.measure_norms(self.carried[k])
                claims["cell_direct" + suffix] = self._direct(self.forget[k])
        return claims

    def _suffix(self, layer):
        return f".l{layer}" if self.entries["layers"] > 1 else ""

    def _clear(self):
        nodes = [*self.x, *self.weights.values()]
        for group in (*self.h, *self.c, *self.carried):
            nodes += group
        for node in nodes:
            node.grad = None

    @staticmethod
    def measure_norms(nodes):
        grads = [node.grad if node.grad is not None else torch.zeros(1) for node in nodes]
        return torch.stack([g.double().norm() for g in grads]).numpy()

    @staticmethod
    def _direct(forget):
        product, norms = torch.ones_like(forget[0]).double(), []
        for f in reversed(forget):
            norms.append(product.norm())
            product = product * f.double()
        return torch.stack(norms[::-1]).numpy()

    def compute_jacobian_values(self, wanted):
        """Singular values of d s_to / d s_from, descending."""
        layer, sample = wanted["layer"], wanted["sample"]
        start, to = wanted["from"], wanted["to"]
        below = self.x if layer == 0 else self.h[layer - 1]
        inputs = [x[sample : sample + 1].detach() for x in below]
        h = self.h[layer][start - 1][sample : sample + 1].detach()
        c = self.c[layer][start - 1][sample : sample + 1].detach() if self.c[layer] else None
        size = h.shape[1]

        def roll(state):
            h_t = state[:, :size]
            c_t = state[:, size:] if state.shape[1] > size else c
            for t in range(start, to):
                h_t, c_t, f = self.advance(layer, inputs[t], h_t, c_t)
                if f is not None:
                    h_t = h_t * torch.tanh(c_t)
            return torch.cat([h_t, c_t], 1) if wanted["state"] == "hc" else h_t

        state = torch.cat([h, c], 1) if wanted["state"] == "hc" else h
        jacobian = torch.autograd.functional.jacobian(roll, state)[0, :, 0]
        return torch.linalg.svdvals(jacobian.detach().double()).numpy()
