import CommandLineTool

/// `resync-conflict-resolve` does what `resync conflict-resolve` does.
StageCommand.run(stage: "conflict-resolve")
