"""The one grammar: every module of rules declares its productions here with `@rule`."""

from agent.understanding.chart import Grammar

GRAMMAR = Grammar()
rule = GRAMMAR.rule
